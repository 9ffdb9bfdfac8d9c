package dev.mimeo;

import dev.mimeo.internal.LogLine;
import java.util.concurrent.CancellationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Logs what happens in the transfers of one sender or receiver, one line for each event, to SLF4J. Programs may read the
 * lines: they are {@code key=value} with a blank between, and what has blanks, quotes, or equals signs in it is quoted, as
 * {@code "seat 7"}. Keys stay what they are; more may come.
 *
 * <table>
 * <caption>Events</caption>
 * <thead><tr><th>{@code event}</th><th>level</th><th>keys</th></tr></thead>
 * <tbody>
 * <tr><td>{@code phase}</td><td>debug</td><td>{@code phase}</td></tr>
 * <tr><td>{@code announced}</td><td>debug</td><td>{@code session}, {@code phase}, {@code image} identity, {@code total},
 *     {@code receivers}, {@code expected}, {@code bitsPerSecond}</td></tr>
 * <tr><td>{@code turned-away}</td><td>warn</td><td>{@code reason}</td></tr>
 * <tr><td>{@code described}</td><td>info</td><td>{@code name}, {@code version}, {@code image}, {@code total},
 *     {@code serial}, {@code signedBy}</td></tr>
 * <tr><td>{@code joined}</td><td>info</td><td>{@code receiver}, {@code name}, {@code address}</td></tr>
 * <tr><td>{@code receiver}</td><td>debug while more is expected of it; info when it ended well, was refused, moved or left;
 *     warn otherwise</td><td>{@code receiver}, {@code name}, {@code state}, {@code bytes}, {@code total}, {@code loss},
 *     {@code detail}</td></tr>
 * <tr><td>{@code progress}</td><td>debug</td><td>{@code phase}, {@code bytes}, {@code total}, {@code bytesPerSecond},
 *     {@code elapsed}, {@code receivers}, {@code settled}, {@code loss}</td></tr>
 * <tr><td>{@code sent}</td><td>info; warn unless all have verified it</td><td>{@code name}, {@code image},
 *     {@code verified}, {@code receivers}, {@code elapsed}, {@code wireBytes}, {@code sourceBytes}, {@code repairBytes},
 *     {@code nacks}, {@code dropped}, {@code sourceFault}</td></tr>
 * <tr><td>{@code received}</td><td>info</td><td>{@code name}, {@code image}, {@code total}, {@code presentBytes},
 *     {@code elapsed}, {@code wireBytes}, {@code nacks}, {@code dropped}</td></tr>
 * <tr><td>{@code object}</td><td>info</td><td>{@code object} id, {@code name}, {@code path}, {@code bytes}</td></tr>
 * <tr><td>{@code objects-sent}</td><td>info</td><td>{@code objects}, {@code bytes}, {@code receivers}, {@code elapsed},
 *     {@code wireBytes}, {@code repairBytes}, {@code nacks}</td></tr>
 * <tr><td>{@code objects-received}</td><td>info</td><td>{@code objects}, {@code bytes}, {@code elapsed},
 *     {@code wireBytes}, {@code nacks}</td></tr>
 * <tr><td>{@code failed}</td><td>warn; error, with a stack trace, for a fault of the SDK</td><td>{@code cause}, the simple
 *     name of the exception, and {@code message}</td></tr>
 * <tr><td>{@code cancelled}</td><td>info</td><td>{@code message}</td></tr>
 * </tbody>
 * </table>
 *
 * <p>{@code elapsed} is seconds, {@code loss} a share from 0 to 1, {@code dropped} a number of datagrams; keys whose value is
 * empty are left out. The thread that logs has the role and the group in its name. Extend this class to do more: a method
 * that is overridden still logs if it calls {@code super}.
 */
public class LoggingTransferListener implements TransferListener {
    private final Logger log;

    /** Logs to the logger that has the name of this class. */
    public LoggingTransferListener() {
        this(LoggingTransferListener.class.getName());
    }

    /** Logs to the logger of this name, for a program that wants to tell its senders and receivers apart. */
    public LoggingTransferListener(String loggerName) {
        this(LoggerFactory.getLogger(loggerName));
    }

    LoggingTransferListener(Logger log) {
        this.log = log;
    }

    @Override
    public void phaseChanged(TransferPhase phase) {
        log(Level.DEBUG, LogLine.of("phase").with("phase", phase));
    }

    @Override
    public void announced(SessionAnnouncement announcement) {
        log(
                Level.DEBUG,
                LogLine.of("announced")
                        .with("session", announcement.sessionName())
                        .with("phase", announcement.phase())
                        .with("image", announcement.imageId())
                        .with("total", announcement.imageLength())
                        .with("receivers", announcement.joined())
                        .with("expected", announcement.expected())
                        .with("bitsPerSecond", announcement.bitsPerSecond()));
    }

    @Override
    public void refused(String reason) {
        log(Level.WARN, LogLine.of("turned-away").with("reason", reason));
    }

    @Override
    public void described(ImageDescription image) {
        log(
                Level.INFO,
                LogLine.of("described")
                        .with("name", image.name())
                        .with("version", image.version())
                        .with("image", image.id())
                        .with("total", image.length())
                        .with("serial", image.serial() == 0 ? "" : image.serial())
                        .with("signedBy", image.signedBy().orElse("")));
    }

    @Override
    public void receiverJoined(ReceiverStatus receiver) {
        log(
                Level.INFO,
                LogLine.of("joined")
                        .with("receiver", receiver.id())
                        .with("name", receiver.name())
                        .with("address", receiver.address()));
    }

    @Override
    public void receiverChanged(ReceiverStatus receiver) {
        log(
                level(receiver.state()),
                LogLine.of("receiver")
                        .with("receiver", receiver.id())
                        .with("name", receiver.name())
                        .with("state", receiver.state())
                        .with("bytes", receiver.verifiedBytes())
                        .with("total", receiver.totalBytes())
                        .with("loss", receiver.lossRatio())
                        .with("detail", receiver.detail()));
    }

    private static Level level(ReceiverStatus.State state) {
        return switch (state) {
            case ASKING, JOINED, RECEIVING -> Level.DEBUG;
            case VERIFIED, ACKNOWLEDGED, LEFT, REFUSED, MOVED -> Level.INFO;
            case INCOMPLETE, FAILED, DISMISSED, SILENT -> Level.WARN;
        };
    }

    @Override
    public void progress(Progress progress) {
        log(
                Level.DEBUG,
                LogLine.of("progress")
                        .with("phase", progress.phase())
                        .with("bytes", progress.bytes())
                        .with("total", progress.totalBytes())
                        .with("bytesPerSecond", progress.bytesPerSecond())
                        .with("elapsed", progress.elapsed())
                        .with("receivers", progress.receivers())
                        .with("settled", progress.settledReceivers())
                        .with("loss", progress.lossRatio()));
    }

    @Override
    public void sent(SendReport report) {
        log(
                report.isVerifiedByAll() && report.sourceFault().isEmpty() ? Level.INFO : Level.WARN,
                LogLine.of("sent")
                        .with("name", report.image().name())
                        .with("image", report.image().id())
                        .with("verified", report.verifiedCount())
                        .with("receivers", report.receivers().size())
                        .with("elapsed", report.elapsed())
                        .with("wireBytes", report.wireBytes())
                        .with("sourceBytes", report.sourceBytes())
                        .with("repairBytes", report.repairBytes())
                        .with("nacks", report.nacks())
                        .with("dropped", report.dropped().total())
                        .with("sourceFault", report.sourceFault()));
    }

    @Override
    public void received(ReceiveReport report) {
        log(
                Level.INFO,
                LogLine.of("received")
                        .with("name", report.image().name())
                        .with("image", report.image().id())
                        .with("total", report.image().length())
                        .with("presentBytes", report.presentBytes())
                        .with("elapsed", report.elapsed())
                        .with("wireBytes", report.wireBytes())
                        .with("nacks", report.nacks())
                        .with("dropped", report.dropped().total()));
    }

    @Override
    public void objectStored(NormFile file) {
        log(
                Level.INFO,
                LogLine.of("object")
                        .with("object", file.objectId())
                        .with("name", file.name())
                        .with("path", file.path())
                        .with("bytes", file.length()));
    }

    @Override
    public void objectsSent(NormSendReport report) {
        log(
                Level.INFO,
                LogLine.of("objects-sent")
                        .with("objects", report.objects())
                        .with("bytes", report.bytes())
                        .with("receivers", report.receivers().size())
                        .with("elapsed", report.elapsed())
                        .with("wireBytes", report.wireBytes())
                        .with("repairBytes", report.repairBytes())
                        .with("nacks", report.nacks()));
    }

    @Override
    public void objectsReceived(NormReceiveReport report) {
        log(
                Level.INFO,
                LogLine.of("objects-received")
                        .with("objects", report.files().size())
                        .with("bytes", report.bytes())
                        .with("elapsed", report.elapsed())
                        .with("wireBytes", report.wireBytes())
                        .with("nacks", report.nacks()));
    }

    @Override
    public void failed(Throwable cause) {
        if (cause instanceof CancellationException) {
            log(Level.INFO, LogLine.of("cancelled").with("message", String.valueOf(cause.getMessage())));
            return;
        }
        LogLine line = LogLine.of("failed")
                .with("cause", cause.getClass().getSimpleName())
                .with("message", String.valueOf(cause.getMessage()));
        if (cause instanceof TransferException) {
            log(Level.WARN, line);
        } else {
            log.error(line.toString(), cause);
        }
    }

    private void log(Level level, LogLine line) {
        if (log.isEnabledForLevel(level)) {
            log.atLevel(level).log(line.toString());
        }
    }
}
