package dev.mimeo.protocol.kit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Writes a file for each run of a test of a {@link Fault}. A test that is run again replaces its file; one that was removed
 * leaves its own behind until {@code mvn clean}, or until the {@linkplain FaultTable table} of a whole build ignores it.
 */
final class FaultExtension implements ParameterResolver, AfterTestExecutionCallback {
    private static final ExtensionContext.Namespace OURS = ExtensionContext.Namespace.create(FaultExtension.class);

    /** Which build this is; the same in all modules of it. */
    private static final String BUILD = System.getProperty("mimeo.build", "");

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == FaultRecord.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return record(context);
    }

    private static FaultRecord record(ExtensionContext context) {
        return context.getStore(OURS)
                .getOrComputeIfAbsent(context.getUniqueId(), id -> new FaultRecord(), FaultRecord.class);
    }

    @Override
    public void afterTestExecution(ExtensionContext context) throws IOException {
        String[] faults =
                context.getRequiredTestMethod().getAnnotation(Fault.class).value();
        String test = context.getRequiredTestClass().getSimpleName() + "."
                + context.getRequiredTestMethod().getName();
        Path directory = Files.createDirectories(FaultTable.records(Replay.moduleDirectory()));
        Files.writeString(
                directory.resolve(test + invocation(context) + ".txt"),
                record(context).lines(BUILD, faults, layer(context), test, context.getExecutionException()));
    }

    /** Returns which run of a parameterised test it is. */
    private static String invocation(ExtensionContext context) {
        String id = context.getUniqueId();
        int from = id.lastIndexOf('#');
        return from < 0 ? "" : "-" + id.substring(from + 1, id.indexOf(']', from));
    }

    /** Where a fault is tried: the cheapest place that can express it. */
    private static String layer(ExtensionContext context) {
        String name = context.getRequiredTestClass().getSimpleName();
        if (name.endsWith("IT")) {
            return context.getRequiredTestClass().getPackageName().endsWith(".examples") ? "processes" : "loopback";
        }
        return name.endsWith("ScenariosTest") || name.equals("ScaleTest") ? "simulator" : "unit";
    }
}
