package dev.mimeo.protocol.fuzz;

import java.lang.reflect.Constructor;

/** Where Jazzer comes in; its argument is the class of a {@link FuzzTarget}. */
public final class FuzzEntry {
    private static FuzzTarget target;

    private FuzzEntry() {}

    /** Called once. */
    public static void fuzzerInitialize(String[] arguments) throws ReflectiveOperationException {
        Constructor<?> constructor = Class.forName(arguments[0]).getDeclaredConstructor();
        constructor.setAccessible(true);
        target = (FuzzTarget) constructor.newInstance();
        FuzzTarget.watchedByJazzer();
    }

    /** Called for every input. */
    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        target.run(input);
    }
}
