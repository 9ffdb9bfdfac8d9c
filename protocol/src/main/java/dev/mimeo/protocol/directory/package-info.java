/** Where sessions are found by name: points list what they send and offer, others look for it. */
package dev.mimeo.protocol.directory;
