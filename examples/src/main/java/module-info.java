/** The {@code mimeo} command and the examples of the README: what a user of the library sees. */
module dev.mimeo.examples {
    requires dev.mimeo;
    requires info.picocli;
    requires jdk.httpserver;
    requires me.tongfei.progressbar;

    opens dev.mimeo.examples to
            info.picocli;
}
