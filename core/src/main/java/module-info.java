/** Sends a disk image to many receivers at once over IP multicast, and receives it, verified. */
module dev.mimeo {
    requires dev.mimeo.protocol;
    requires jdk.jfr;
    requires org.slf4j;

    exports dev.mimeo;
    exports dev.mimeo.testkit;
}
