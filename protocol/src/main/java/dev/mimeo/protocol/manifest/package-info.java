/** What an image is: its objects, the digests of their chunks, and the identity that follows from them. */
package dev.mimeo.protocol.manifest;
