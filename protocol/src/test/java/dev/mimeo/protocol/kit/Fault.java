package dev.mimeo.protocol.kit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Which faults of the catalogue ({@code faults/catalogue.txt}) a test covers, such as {@code @Fault("F12")}. The test may ask
 * for a {@link FaultRecord} as its last parameter, for what it measures. What comes of it goes to {@code target/faults} of
 * its module, and from there into the {@linkplain FaultTable table}.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(FaultExtension.class)
public @interface Fault {
    /** The numbers of the faults. */
    String[] value();
}
