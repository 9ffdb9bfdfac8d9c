package dev.mimeo.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransmissionInformationTest {
    @ParameterizedTest
    @CsvSource({
        "SMALL_BLOCK_SYSTEMATIC, 1, 1, 1, 0,",
        "SMALL_BLOCK_SYSTEMATIC, 281474976710655, 65535, 255, 0,",
        "SMALL_BLOCK_SYSTEMATIC, 281474976710655, 1408, 128, 127,",
        "REED_SOLOMON_8, 4294967296, 1, 256, 0, over 255 symbols",
        "REED_SOLOMON_8, 1000, 1400, 200, 56, over 255 symbols",
        "REED_SOLOMON_8, 16777216, 1, 1, 0,",
        "REED_SOLOMON_8, 16777217, 1, 1, 0, over 2^24 blocks",
        "REED_SOLOMON_M_8, 16777217, 1, 1, 0, over 2^24 blocks",
        "REED_SOLOMON_16, 65536, 1, 1, 65534,",
        "REED_SOLOMON_16, 65537, 1, 1, 0, over 2^16 blocks",
        "REED_SOLOMON_16, 65536, 1, 2, 65534, over 65535 symbols",
        "REED_SOLOMON_16, 1000, 32768, 65535, 0,",
        "REED_SOLOMON_16, 1000, 32769, 65535, 0, over 2^31 - 1 bytes",
        "SMALL_BLOCK_SYSTEMATIC, 4294967296, 1, 1, 0,",
        "SMALL_BLOCK_SYSTEMATIC, 4294967297, 1, 1, 0, over 2^32 blocks",
        "SMALL_BLOCK_SYSTEMATIC, 0, 1, 1, 0,",
        "SMALL_BLOCK_SYSTEMATIC, -1, 1, 1, 0, negative",
        "SMALL_BLOCK_SYSTEMATIC, 281474976710656, 65535, 255, 0, over 48 bits",
        "SMALL_BLOCK_SYSTEMATIC, 1, 0, 1, 0, no symbol length",
        "SMALL_BLOCK_SYSTEMATIC, 1, 65536, 1, 0, over 16 bits",
        "SMALL_BLOCK_SYSTEMATIC, 1, 1, 0, 0, no block length",
        "SMALL_BLOCK_SYSTEMATIC, 1, 1, 65536, 0, over 16 bits",
        "SMALL_BLOCK_SYSTEMATIC, 1, 1, 1, -1, negative",
        "SMALL_BLOCK_SYSTEMATIC, 1, 1, 1, 65536, over 16 bits",
    })
    void valuesAreAcceptedUpToTheirLimits(
            FecEncoding encoding, long length, int symbolLength, int blockLength, int parity, String whyNot) {
        String fault = TransmissionInformation.fault(encoding, length, symbolLength, blockLength, parity);

        assertThat(fault == null).as("fault: %s, expected: %s", fault, whyNot).isEqualTo(whyNot == null);
        if (fault != null) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new TransmissionInformation(encoding, length, symbolLength, blockLength, parity))
                    .withMessage(fault);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "SMALL_BLOCK_SYSTEMATIC, 1401, 200, 55, 55",
        "REED_SOLOMON_M_8, 1401, 200, 55, 55",
        "REED_SOLOMON_16, 1400, 200, 100, 100",
        "REED_SOLOMON_16, 1401, 200, 100, 0",
        "REED_SOLOMON_16, 2, 1, 1024, 1024",
        "REED_SOLOMON_16, 2, 1, 1025, 1024",
        "REED_SOLOMON_16, 2, 32768, 32767, 1024",
    })
    void parityIsUsedUpToALimitAndNotIfItWasCut(
            FecEncoding encoding, int symbolLength, int blockLength, int parity, int usable) {
        var information = new TransmissionInformation(encoding, 1_000, symbolLength, blockLength, parity);

        assertThat(information.withUsableParity())
                .isEqualTo(new TransmissionInformation(encoding, 1_000, symbolLength, blockLength, usable));
    }

    @Test
    void partitionIsThatOfItsValues() {
        var information = new TransmissionInformation(FecEncoding.REED_SOLOMON_8, 71, 16, 4, 3);

        assertThat(information.partition().blockCount()).isEqualTo(2);
        assertThat(information.partition().blockLength(1)).isEqualTo(2);
    }
}
