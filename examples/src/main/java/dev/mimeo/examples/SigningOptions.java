package dev.mimeo.examples;

import dev.mimeo.ImageSource;
import dev.mimeo.SigningKey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** Who vouches for an image, and for how long. */
final class SigningOptions {
    @Option(names = "--sign", paramLabel = "KEY", description = "Sign with this private key, of keygen --signing.")
    Optional<Path> key;

    @Option(
            names = "--serial",
            paramLabel = "N",
            description = "A number that grows with each version of the image, for receive --min-serial.")
    Optional<Long> serial;

    @Option(
            names = "--not-after",
            paramLabel = "DATE",
            converter = EndConverter.class,
            description = "Receivers refuse the image after this day, 2027-01-31, or time, 2027-01-31T22:30.")
    Optional<Instant> notAfter;

    /** Returns whether anything was chosen. */
    boolean isGiven() {
        return key.isPresent() || serial.isPresent() || notAfter.isPresent();
    }

    /** Returns the source with what was chosen. */
    ImageSource applyTo(ImageSource source) throws IOException {
        ImageSource image = serial.isPresent() ? source.serial(serial.get()) : source;
        image = notAfter.isPresent() ? image.notAfter(notAfter.get()) : image;
        return key.isPresent() ? image.signedBy(SigningKey.ofFile(key.get())) : image;
    }

    /** Reads the end of the time of an image. */
    static final class EndConverter implements ITypeConverter<Instant> {
        @Override
        public Instant convert(String text) throws Exception {
            return MimeoCommand.converter(Quantities::end).convert(text);
        }
    }
}
