package dev.mimeo.internal;

import dev.mimeo.protocol.seal.SealDirection;
import dev.mimeo.protocol.seal.SealHeader;
import java.nio.channels.ClosedChannelException;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-128-GCM of one datagram after the other, on arrays of the heap, which the JDK does faster than direct buffers. Confined
 * to one thread at a time.
 */
public final class PacketCipher {
    /** What {@link #open} returns for a datagram that is not what was sealed. */
    static final int FORGED = -1;

    private final Cipher cipher;
    private final byte[] nonce = new byte[SealHeader.NONCE_LENGTH];

    /** Asks the JDK for a cipher. */
    public PacketCipher() {
        try {
            cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java has AES/GCM/NoPadding", e);
        }
    }

    /**
     * Seals {@code length} bytes of {@code plain} behind a header that is in {@code sealed}, and returns the length of the
     * whole.
     *
     * @throws ClosedChannelException if the key was destroyed
     */
    public int seal(
            PacketKey key,
            SealDirection direction,
            long counter,
            byte[] plain,
            int length,
            byte[] sealed,
            int headerLength)
            throws ClosedChannelException {
        try {
            start(Cipher.ENCRYPT_MODE, key, direction, counter);
            cipher.updateAAD(sealed, 0, headerLength);
            return headerLength + cipher.doFinal(plain, 0, length, sealed, headerLength);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a datagram cannot be sealed: " + e.getMessage(), e);
        }
    }

    /**
     * Opens a datagram of {@code length} bytes, whose header was read, into {@code plain}, and returns the length of the
     * message; {@link #FORGED} if it was not sealed with that key, or a bit of it has changed, and then {@code plain} holds
     * nothing of use.
     *
     * @throws ClosedChannelException if the key was destroyed
     */
    public int open(PacketKey key, SealHeader header, byte[] sealed, int length, byte[] plain)
            throws ClosedChannelException {
        int headerLength = header.length();
        try {
            start(Cipher.DECRYPT_MODE, key, header.direction(), header.counter());
            cipher.updateAAD(sealed, 0, headerLength);
            return cipher.doFinal(sealed, headerLength, length - headerLength, plain, 0);
        } catch (AEADBadTagException e) {
            return FORGED;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a datagram cannot be opened: " + e.getMessage(), e);
        }
    }

    private void start(int mode, PacketKey key, SealDirection direction, long counter)
            throws GeneralSecurityException, ClosedChannelException {
        SealHeader.putNonce(nonce, direction, counter);
        try {
            cipher.init(mode, key, new GCMParameterSpec(SealHeader.TAG_LENGTH * Byte.SIZE, nonce));
        } catch (InvalidKeyException e) {
            if (key.isDestroyed()) {
                throw new ClosedChannelException();
            }
            throw e;
        }
    }
}
