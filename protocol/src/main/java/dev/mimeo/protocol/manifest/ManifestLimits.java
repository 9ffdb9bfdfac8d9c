package dev.mimeo.protocol.manifest;

/**
 * What a receiver is willing to take.
 *
 * @param manifestLength most bytes in the manifest itself
 * @param objectCount most objects
 * @param imageLength most bytes in all objects together
 */
public record ManifestLimits(int manifestLength, int objectCount, long imageLength) {}
