package dev.mimeo.internal;

import dev.mimeo.ImageTarget;
import dev.mimeo.StorageException;
import dev.mimeo.protocol.BlockSet;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.manifest.ImageObject;
import dev.mimeo.protocol.manifest.Manifest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Opens what holds the objects of an image, as the target asks for. */
final class ObjectTargets {
    private ObjectTargets() {}

    /**
     * Returns the target of every object, in order, open and locked; all or none.
     *
     * @param own what the same transfer has verified before, of every object; empty if this is the first opening
     */
    static List<ObjectScan> open(
            ImageTarget target, Optional<List<BlockSet>> own, Manifest manifest, Room room, TargetStorage storage)
            throws StorageException {
        boolean empty = target.isFresh() && own.isEmpty();
        try (Opening opening = new Opening()) {
            List<ObjectScan> scans = new ArrayList<>();
            SafeNames names = new SafeNames(directory(target));
            for (ImageObject object : manifest.objects()) {
                ObjectTarget opened = opening.add(open(target, empty, object, names, room, storage));
                int index = scans.size();
                Optional<BlockSet> believed = target.isFresh()
                        ? Optional.of(own.map(sets -> sets.get(index))
                                .orElseGet(() -> new BlockSet(object.chunks().count())))
                        : Optional.empty();
                scans.add(new ObjectScan(object, opened, believed));
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
            ImageTarget target, boolean empty, ImageObject object, SafeNames names, Room room, TargetStorage storage)
            throws StorageException {
        if (target instanceof ImageTarget.File file) {
            return PartFile.open(file.path(), empty, room, storage);
        } else if (target instanceof ImageTarget.InPlace file) {
            return InPlaceTarget.open(file, room, storage);
        } else if (target instanceof ImageTarget.Device device) {
            return InPlaceTarget.open(device, object.length(), storage);
        } else if (target instanceof ImageTarget.Directory directory) {
            return PartFile.open(names.place(object.name(), new ObjectId(0)), empty, room, storage);
        }
        return InPlaceTarget.open((ImageTarget.Channel) target);
    }
}
