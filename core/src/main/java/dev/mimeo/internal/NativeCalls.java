package dev.mimeo.internal;

import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Functions of the C library of 64-bit Linux that Java has no methods for.
 *
 * <p>There are some only if the Java that runs has {@code java.lang.foreign} (22 and later), which is looked up by name since
 * this is compiled for Java 17, and if it was started with {@code --enable-native-access} for this module: otherwise it would
 * warn on standard error, or refuse. Whoever asks does without if there are none.
 *
 * <p>Results are those of the functions: -1 for a failure. Any thread.
 */
final class NativeCalls {
    /** To an offset from the end. */
    static final int SEEK_END = 2;
    /** To the first byte at or after an offset that is not in a hole. */
    static final int SEEK_DATA = 3;
    /** To the first byte at or after an offset that is in a hole; the end is one. */
    static final int SEEK_HOLE = 4;

    private static final Logger LOG = LoggerFactory.getLogger(NativeCalls.class);
    /** O_CLOEXEC, and O_NONBLOCK: what has become a pipe keeps nobody waiting. */
    private static final int OPEN_FLAGS = 02004000;

    private static final String FOREIGN = "java.lang.foreign.";
    /** A pointer is passed as a long, which is passed alike. */
    private static final Map<Class<?>, String> LAYOUTS = Map.of(int.class, "JAVA_INT", long.class, "JAVA_LONG");

    private static final Optional<NativeCalls> FOUND = find();

    private final Method segmentOf = type("MemorySegment").getMethod("ofBuffer", Buffer.class);
    private final Method addressOf = type("MemorySegment").getMethod("address");
    private final MethodHandle open = variadic("open", 2, int.class, long.class, int.class);
    private final MethodHandle close = function("close", int.class, int.class);
    private final MethodHandle seek = function("lseek", long.class, int.class, long.class, int.class);
    private final MethodHandle sync = function("fdatasync", int.class, int.class);
    private final MethodHandle getOption =
            function("getsockopt", int.class, int.class, int.class, int.class, long.class, long.class);
    private final MethodHandle setOption =
            function("setsockopt", int.class, int.class, int.class, int.class, long.class, int.class);
    private final MethodHandle receive = function("recvmsg", long.class, int.class, long.class, int.class);

    private NativeCalls() throws ReflectiveOperationException {}

    /** Returns the functions, if there are some. */
    static Optional<NativeCalls> found() {
        return FOUND;
    }

    private static Optional<NativeCalls> find() {
        try {
            Module module = NativeCalls.class.getModule();
            if (System.getProperty("os.name").equals("Linux")
                    && "64".equals(System.getProperty("sun.arch.data.model"))
                    && (boolean) Module.class.getMethod("isNativeAccessEnabled").invoke(module)) {
                return Optional.of(new NativeCalls());
            }
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            LOG.debug("Functions of the C library cannot be called", e);
        }
        return Optional.empty();
    }

    /** Opens a file of the default file system for reading; returns its descriptor. */
    int open(Path path) {
        byte[] name = path.toString().getBytes(Charset.forName(System.getProperty("sun.jnu.encoding")));
        ByteBuffer text = ByteBuffer.allocateDirect(name.length + 1).put(name).rewind();
        try {
            return (int) open.invokeExact(address(text), OPEN_FLAGS);
        } catch (Throwable e) {
            return failed(open, e);
        } finally {
            Reference.reachabilityFence(text);
        }
    }

    /** Closes a descriptor. */
    void close(int descriptor) {
        onDescriptor(close, descriptor);
    }

    /** Moves a descriptor to a position, which is returned. */
    long seek(int descriptor, long offset, int whence) {
        try {
            return (long) seek.invokeExact(descriptor, offset, whence);
        } catch (Throwable e) {
            return failed(seek, e);
        }
    }

    /** Waits until what was written to a file is on its disk. */
    void sync(int descriptor) {
        onDescriptor(sync, descriptor);
    }

    /** Returns an option of a socket that is a number, or -1. */
    int option(int descriptor, int level, int name) {
        ByteBuffer value = ByteBuffer.allocateDirect(2 * Integer.BYTES).order(ByteOrder.nativeOrder());
        value.putInt(Integer.BYTES, Integer.BYTES);
        long address = address(value);
        try {
            int result = (int) getOption.invokeExact(descriptor, level, name, address, address + Integer.BYTES);
            return result == 0 ? value.getInt(0) : -1;
        } catch (Throwable e) {
            return failed(getOption, e);
        } finally {
            Reference.reachabilityFence(value);
        }
    }

    /** Sets an option of a socket that is a number. */
    int setOption(int descriptor, int level, int name, int value) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(Integer.BYTES).order(ByteOrder.nativeOrder());
        bytes.putInt(0, value);
        try {
            return (int) setOption.invokeExact(descriptor, level, name, address(bytes), Integer.BYTES);
        } catch (Throwable e) {
            return failed(setOption, e);
        } finally {
            Reference.reachabilityFence(bytes);
        }
    }

    /** Receives a datagram as the struct msghdr at {@code address} says; returns how many bytes there were room for. */
    long receive(int descriptor, long address, int flags) {
        try {
            return (long) receive.invokeExact(descriptor, address, flags);
        } catch (Throwable e) {
            return failed(receive, e);
        }
    }

    /** Returns where the content of a direct buffer is, from its position on, as long as the buffer is reachable. */
    long address(ByteBuffer direct) {
        try {
            return (long) addressOf.invoke(segmentOf.invoke(null, direct));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("memory has no address", e);
        }
    }

    private static void onDescriptor(MethodHandle function, int descriptor) {
        try {
            int ignored = (int) function.invokeExact(descriptor);
        } catch (Throwable e) {
            failed(function, e);
        }
    }

    private static int failed(MethodHandle function, Throwable cause) {
        LOG.debug("{} cannot be called", function, cause);
        return -1;
    }

    private static MethodHandle function(String name, Class<?> result, Class<?>... parameters)
            throws ReflectiveOperationException {
        return link(name, layout(result), layouts(parameters), array("Linker$Option", 0));
    }

    /** A function with {@code fixed} parameters and a varying number of further ones, none of which is given. */
    private static MethodHandle variadic(String name, int fixed, Class<?> result, Class<?>... parameters)
            throws ReflectiveOperationException {
        Object options = array("Linker$Option", 1);
        Array.set(
                options,
                0,
                type("Linker$Option").getMethod("firstVariadicArg", int.class).invoke(null, fixed));
        return link(name, layout(result), layouts(parameters), options);
    }

    /** Does {@code Linker.nativeLinker().downcallHandle(symbol, FunctionDescriptor.of(result, parameters), options)}. */
    private static MethodHandle link(String name, Object result, Object parameters, Object options)
            throws ReflectiveOperationException {
        Class<?> descriptor = type("FunctionDescriptor");
        Object linker = type("Linker").getMethod("nativeLinker").invoke(null);
        Object library = type("Linker").getMethod("defaultLookup").invoke(linker);
        Optional<?> symbol = (Optional<?>)
                type("SymbolLookup").getMethod("find", String.class).invoke(library, name);
        Object signature = descriptor
                .getMethod("of", type("MemoryLayout"), parameters.getClass())
                .invoke(null, result, parameters);
        return (MethodHandle) type("Linker")
                .getMethod("downcallHandle", type("MemorySegment"), descriptor, options.getClass())
                .invoke(linker, symbol.orElseThrow(), signature, options);
    }

    private static Object layouts(Class<?>... types) throws ReflectiveOperationException {
        Object layouts = array("MemoryLayout", types.length);
        for (int i = 0; i < types.length; i++) {
            Array.set(layouts, i, layout(types[i]));
        }
        return layouts;
    }

    private static Object layout(Class<?> type) throws ReflectiveOperationException {
        return type("ValueLayout").getField(LAYOUTS.get(type)).get(null);
    }

    private static Object array(String element, int length) throws ReflectiveOperationException {
        return Array.newInstance(type(element), length);
    }

    private static Class<?> type(String name) throws ReflectiveOperationException {
        return Class.forName(FOREIGN + name);
    }
}
