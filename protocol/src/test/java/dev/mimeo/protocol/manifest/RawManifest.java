package dev.mimeo.protocol.manifest;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Bytes of a manifest put together by hand, so that a test can put anything anywhere. */
final class RawManifest {
    byte[] start = {'M', 'I', 'M', 'E', 'O', 1};
    byte[] name = field(1, utf8("n"));
    byte[] version = field(2, new byte[0]);
    byte[] created = field(3, number(1_700_000_000L, 8));
    byte[] flags = field(4, number(0, 4));
    byte[] serial = {};
    byte[] notAfter = {};
    byte[] count = field(5, number(1, 4));
    List<byte[]> objects = new ArrayList<>(List.of(new RawObject().field()));
    byte[] end = {};

    byte[] bytes() {
        byte[] bytes = join(start, name, version, created, flags, serial, notAfter, count);
        for (byte[] object : objects) {
            bytes = join(bytes, object);
        }
        return join(bytes, end);
    }

    static RawManifest with(RawObject object) {
        RawManifest manifest = new RawManifest();
        manifest.objects = List.of(object.field());
        return manifest;
    }

    /** Four chunks of 4 KiB, the last of 100 bytes: one with content, two of zeros, one with content. */
    static final class RawObject {
        byte[] length = number(3 * 4096 + 100, 8);
        byte[] shift = {12};
        byte[] sha256 = new byte[32];
        byte[] nameLength = number(1, 2);
        byte[] name = utf8("o");
        byte[] runs = {1, 1, 2};
        byte[] leafHashes = join(leaf(1), leaf(2));

        byte[] value() {
            return join(length, shift, sha256, nameLength, name, runs, leafHashes);
        }

        byte[] field() {
            return RawManifest.field(6, value());
        }
    }

    /** A SIGNATURE that is none. */
    static byte[] signature() {
        byte[] value = new byte[96];
        Arrays.fill(value, 0, 32, (byte) 1);
        Arrays.fill(value, 32, 96, (byte) 2);
        return field(7, value);
    }

    static byte[] leaf(int content) {
        byte[] leaf = new byte[32];
        Arrays.fill(leaf, (byte) content);
        return leaf;
    }

    static byte[] field(int type, byte[] value) {
        return join(new byte[] {(byte) type}, number(value.length, 4), value);
    }

    static byte[] number(long value, int length) {
        return Arrays.copyOfRange(ByteBuffer.allocate(8).putLong(value).array(), 8 - length, 8);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] join(byte[]... parts) {
        ByteBuffer all = ByteBuffer.allocate(
                Arrays.stream(parts).mapToInt(part -> part.length).sum());
        for (byte[] part : parts) {
            all.put(part);
        }
        return all.array();
    }
}
