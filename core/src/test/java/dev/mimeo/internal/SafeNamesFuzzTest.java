package dev.mimeo.internal;

import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.fuzz.FuzzTarget;
import dev.mimeo.protocol.manifest.Names;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * What NORM_INFO calls two files, which an input holds one behind the other: each has a place of its own, in the directory
 * itself, under a name that every system takes for an ordinary file.
 */
class SafeNamesFuzzTest extends FuzzTarget {
    private static final Path DIRECTORY = Path.of("/srv/incoming");
    private static final int HEAP_PER_BYTE = 256;

    @Override
    protected List<byte[]> seeds() {
        return List.of(
                        "../etc/passwd",
                        "con.txtCON.txt",
                        "a\u0308\u00e4",
                        "x::$DATA",
                        "\u202egpj.exe",
                        ". .",
                        "x".repeat(600))
                .stream()
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    @Override
    protected void run(byte[] input) throws Exception {
        allocatesAtMost(HEAP_PER_BYTE, input, () -> judge(input));
    }

    private static void judge(byte[] input) {
        int half = input.length / 2;
        SafeNames names = new SafeNames(DIRECTORY);
        String first = place(names, ByteBuffer.wrap(input, 0, half));
        String second = place(names, ByteBuffer.wrap(input, half, input.length - half));
        require(!first.equalsIgnoreCase(second), "one place for two");
    }

    private static String place(SafeNames names, ByteBuffer info) {
        String text = Names.decode(info).orElse("");
        require(Names.characterFault(Names.clean(text)) == null, "shown with a forbidden character");
        Path place = names.place(text, new ObjectId(17));
        require(DIRECTORY.equals(place.getParent()) && place.equals(place.normalize()), "elsewhere");
        String name = place.getFileName().toString();
        require(Names.segmentFault(name) == null, "a name with a fault");
        require(!name.startsWith("."), "a hidden file");
        require(name.getBytes(StandardCharsets.UTF_8).length <= Names.LONGEST, "too long");
        return name;
    }
}
