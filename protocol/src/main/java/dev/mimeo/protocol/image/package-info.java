/** The receiving role for images: the manifest first, then its objects, chunk by verified chunk, to a verdict. */
package dev.mimeo.protocol.image;
