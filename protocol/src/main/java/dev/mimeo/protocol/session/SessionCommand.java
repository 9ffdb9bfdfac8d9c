package dev.mimeo.protocol.session;

/** Content of a NORM_CMD(APPLICATION) from a sender of images. */
public sealed interface SessionCommand permits Announcement, Confirmation, Dismissal {}
