package dev.mimeo.internal;

import dev.mimeo.ImageTarget;
import dev.mimeo.StorageException;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.manifest.ImageObject;
import dev.mimeo.protocol.manifest.Manifest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Opens what holds the objects of an image, as the target asks for. */
final class ObjectTargets {
    private ObjectTargets() {}

    /** Returns the target of every object, in order, open and locked; all or none. */
    static List<ObjectScan> open(ImageTarget target, Manifest manifest, Room room, TargetStorage storage)
            throws StorageException {
        try (Opening opening = new Opening()) {
            List<ObjectScan> scans = new ArrayList<>();
            SafeNames names = new SafeNames(directory(target));
            for (ImageObject object : manifest.objects()) {
                scans.add(new ObjectScan(
                        object, opening.add(open(target, object, names, room, storage)), target.isFresh()));
            }
            opening.succeeded();
            return List.copyOf(scans);
        }
    }

    /** Returns the directory that takes room for the target; any if none is taken. */
    static Path directory(ImageTarget target) {
        Path path = Path.of("");
        if (target instanceof ImageTarget.File file) {
            path = file.path().toAbsolutePath().getParent();
        } else if (target instanceof ImageTarget.InPlace file) {
            path = file.path().toAbsolutePath().getParent();
        } else if (target instanceof ImageTarget.Directory directory) {
            path = directory.path();
        }
        return path.toAbsolutePath();
    }

    private static ObjectTarget open(
            ImageTarget target, ImageObject object, SafeNames names, Room room, TargetStorage storage)
            throws StorageException {
        if (target instanceof ImageTarget.File file) {
            return PartFile.open(file.path(), file.isFresh(), room, storage);
        } else if (target instanceof ImageTarget.InPlace file) {
            return InPlaceTarget.open(file, room, storage);
        } else if (target instanceof ImageTarget.Device device) {
            return InPlaceTarget.open(device, object.length(), storage);
        } else if (target instanceof ImageTarget.Directory directory) {
            return PartFile.open(names.place(object.name(), new ObjectId(0)), directory.isFresh(), room, storage);
        }
        return InPlaceTarget.open((ImageTarget.Channel) target);
    }
}
