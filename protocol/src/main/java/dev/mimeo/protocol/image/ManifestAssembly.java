package dev.mimeo.protocol.image;

import dev.mimeo.protocol.SourceBlock;
import dev.mimeo.protocol.manifest.Digest;
import dev.mimeo.protocol.manifest.MalformedManifestException;
import dev.mimeo.protocol.manifest.Manifest;
import dev.mimeo.protocol.manifest.ManifestCodec;
import dev.mimeo.protocol.manifest.ManifestLimits;
import dev.mimeo.protocol.manifest.SignedBytes;
import dev.mimeo.protocol.receiver.IncomingObject;

/** The manifest's bytes, gathered in memory: as many as its object has, which the owner has held against its limit. */
final class ManifestAssembly {
    private static final byte[] NOTHING = new byte[0];

    private final IncomingObject object;
    private byte[] bytes;
    private long blocks;

    ManifestAssembly(IncomingObject object) {
        this.object = object;
        this.bytes = new byte[(int) object.information().transferLength()];
    }

    IncomingObject object() {
        return object;
    }

    /** A reconstructed block is here; returns whether it was the last. */
    boolean onBlock(SourceBlock block) {
        block.memory().get(0, bytes, (int) block.offset(), block.byteCount());
        blocks++;
        return blocks == object.partition().blockCount();
    }

    /** Takes apart what was gathered, and reads nothing of it but its signature. */
    SignedBytes signedBytes() throws MalformedManifestException {
        return ManifestCodec.takeApart(bytes);
    }

    /** Decodes what was gathered, and holds it against what was announced. */
    Manifest decode(ManifestLimits limits, Digest announced) throws MalformedManifestException {
        Manifest manifest = ManifestCodec.decode(bytes, limits);
        if (!manifest.root().equals(announced)) {
            throw new MalformedManifestException(
                    "the manifest describes image " + manifest.root() + ", the sender announced " + announced);
        }
        return manifest;
    }

    /** What was gathered is not needed any more. */
    void release() {
        bytes = NOTHING;
    }

    /** Everything has to be gathered again. */
    void reset() {
        blocks = 0;
    }
}
