// A NORM (RFC 5740) endpoint on the reference implementation, NRL's libnorm, for the interoperability tests.
//
//   normpeer send OPTION VALUE...      normpeer receive OPTION VALUE...
//
// Stays on the loopback interface. Prints one line per event, its first word the event, and runs until its standard input
// ends: it never outlives the test that started it. What arrived is compared by the test, not here.

#include <normApi.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <list>
#include <map>
#include <string>
#include <vector>

namespace {

void say(const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    std::vprintf(format, arguments);
    va_end(arguments);
    std::putchar('\n');
    std::fflush(stdout);
}

[[noreturn]] void fail(const std::string& reason) {
    std::fprintf(stderr, "normpeer: %s\n", reason.c_str());
    std::exit(1);
}

void require(bool ok, const char* call) {
    if (!ok) {
        fail(std::string(call) + " failed");
    }
}

std::string fromHex(const std::string& hex) {
    std::string bytes;
    for (size_t at = 0; at + 1 < hex.size(); at += 2) {
        bytes.push_back(static_cast<char>(std::stoi(hex.substr(at, 2), nullptr, 16)));
    }
    return bytes;
}

std::string toHex(const std::string& bytes) {
    std::string hex;
    for (unsigned char byte : bytes) {
        char digits[3];
        std::snprintf(digits, sizeof digits, "%02x", byte);
        hex += digits;
    }
    return hex;
}

// What is to be sent: `--info HEX` (or `none`) holds for the `--file PATH` and `--data PATH` that follow it.
struct Source {
    bool isFile;
    std::string path;
    bool hasInfo;
    std::string info;
};

struct Options {
    std::map<std::string, std::string> values;
    std::vector<Source> sources;

    Options(int count, char** words) {
        bool hasInfo = false;
        std::string info;
        for (int at = 2; at + 1 < count; at += 2) {
            std::string key = words[at];
            std::string value = words[at + 1];
            if (key == "--info") {
                hasInfo = value != "none";
                info = hasInfo ? fromHex(value) : "";
            } else if (key == "--file" || key == "--data") {
                sources.push_back({key == "--file", value, hasInfo, info});
            } else {
                values[key] = value;
            }
        }
    }

    bool has(const char* key) const { return values.count(key) > 0; }

    const std::string& text(const char* key) const {
        auto found = values.find(key);
        if (found == values.end()) {
            fail(std::string(key) + " is missing");
        }
        return found->second;
    }

    double number(const char* key, double otherwise) const { return has(key) ? std::stod(text(key)) : otherwise; }
};

// Hands every event to `handle` until standard input ends.
void run(NormInstanceHandle instance, const std::function<void(const NormEvent&)>& handle) {
    pollfd sources[] = {{NormGetDescriptor(instance), POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
    for (;;) {
        if (poll(sources, 2, -1) < 0) {
            fail("poll failed");
        }
        char ignored[64];
        if (sources[1].revents != 0 && read(STDIN_FILENO, ignored, sizeof ignored) <= 0) {
            return;
        }
        NormEvent event;
        if (sources[0].revents != 0 && NormGetNextEvent(instance, &event, false)) {
            handle(event);
        }
    }
}

class Sender {
public:
    Sender(const Options& options, NormSessionHandle session) : options(options), session(session) {
        double rate = options.number("--rate", 100e6);
        NormSetTxRate(session, rate);
        NormSetGrttEstimate(session, options.number("--grtt", 0.01));
        NormSetTxRobustFactor(session, static_cast<int>(options.number("--robust", 20)));
        NormSetBackoffFactor(session, options.number("--backoff", 4));
        NormSetGroupSize(session, static_cast<unsigned>(options.number("--group-size", 1000)));
        if (options.has("--cc")) {
            NormSetCongestionControl(session, true, true);
            NormSetTxRateBounds(session, std::stod(options.text("--cc")), rate);
        }
        NormSetTxCacheBounds(session, NormSize(1) << 46, 1, 256);
        for (const auto& node : nodes()) {
            require(NormAddAckingNode(session, node), "NormAddAckingNode");
        }
        require(
            NormStartSender(
                session, static_cast<NormSessionId>(options.number("--instance", getpid() & 0xffff)), 64u << 20,
                static_cast<UINT16>(options.number("--segment", 1400)),
                static_cast<UINT16>(options.number("--block", 64)),
                static_cast<UINT16>(options.number("--parity", 16)), static_cast<UINT8>(options.number("--fec-id", 0))),
            "NormStartSender");
        NormSetTxSocketBuffer(session, 1 << 20);
        say("ready");
        if (options.has("--command")) {
            std::string command = fromHex(options.text("--command"));
            require(
                NormSendCommand(session, command.data(), static_cast<unsigned>(command.size()), true),
                "NormSendCommand");
        }
        enqueue();
    }

    void handle(const NormEvent& event) {
        switch (event.type) {
            case NORM_TX_QUEUE_VACANCY:
            case NORM_TX_QUEUE_EMPTY:
                enqueue();
                break;
            case NORM_TX_OBJECT_SENT:
                say("sent");
                break;
            case NORM_TX_FLUSH_COMPLETED:
                say("flushed");
                break;
            case NORM_TX_WATERMARK_COMPLETED:
                acknowledged();
                break;
            case NORM_TX_OBJECT_PURGED:
                say("purged");
                break;
            default:
                break;
        }
    }

private:
    std::vector<NormNodeId> nodes() const {
        std::vector<NormNodeId> ids;
        std::string list = options.has("--ack") ? options.text("--ack") : "";
        for (size_t at = 0; at < list.size(); at = list.find(',', at) == std::string::npos ? list.size() : list.find(',', at) + 1) {
            ids.push_back(static_cast<NormNodeId>(std::stoul(list.substr(at))));
        }
        return ids;
    }

    // Queues as much as libnorm takes; the rest when it says that there is room.
    void enqueue() {
        while (next < options.sources.size()) {
            const Source& source = options.sources[next];
            const char* info = source.hasInfo ? source.info.data() : nullptr;
            unsigned length = static_cast<unsigned>(source.info.size());
            NormObjectHandle object;
            if (source.isFile) {
                object = NormFileEnqueue(session, source.path.c_str(), info, length);
            } else {
                std::ifstream in(source.path, std::ios::binary);
                contents.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
                object = NormDataEnqueue(
                    session, contents.back().data(), static_cast<UINT32>(contents.back().size()), info, length);
            }
            if (object == NORM_OBJECT_INVALID) {
                require(next > 0, "enqueuing the first object");
                return;
            }
            say("enqueued");
            if (++next == options.sources.size() && options.has("--ack")) {
                require(NormSetWatermark(session, object, true), "NormSetWatermark");
            }
        }
    }

    void acknowledged() {
        NormNodeId node = NORM_NODE_NONE;
        NormAckingStatus status;
        bool all = true;
        while (NormGetNextAckingNode(session, &node, &status)) {
            say("ack %u %s", node, status == NORM_ACK_SUCCESS ? "success" : "failure");
            all = all && status == NORM_ACK_SUCCESS;
        }
        say(all ? "acknowledged" : "unacknowledged");
    }

    const Options& options;
    NormSessionHandle session;
    size_t next = 0;
    std::list<std::string> contents;
};

class Receiver {
public:
    Receiver(const Options& options, NormInstanceHandle instance, NormSessionHandle session)
        : directory(options.text("--directory")) {
        require(NormSetCacheDirectory(instance, directory.c_str()), "NormSetCacheDirectory");
        if (options.has("--source")) {
            require(NormSetSSM(session, options.text("--source").c_str()), "NormSetSSM");
        }
        NormSetDefaultUnicastNack(session, options.has("--unicast-nacks"));
        bool all = options.has("--sync") && options.text("--sync") == "all";
        NormSetDefaultSyncPolicy(session, all ? NORM_SYNC_ALL : NORM_SYNC_CURRENT);
        require(NormStartReceiver(session, 16u << 20), "NormStartReceiver");
        NormSetRxSocketBuffer(session, 4 << 20);
        say("ready");
    }

    void handle(const NormEvent& event) {
        switch (event.type) {
            case NORM_REMOTE_SENDER_NEW:
                say("sender %u", NormNodeGetId(event.sender));
                break;
            case NORM_REMOTE_SENDER_RESET:
                say("reset");
                break;
            case NORM_RX_CMD_NEW:
                command(event.sender);
                break;
            case NORM_RX_OBJECT_NEW:
                say("object %lld", static_cast<long long>(NormObjectGetSize(event.object)));
                break;
            case NORM_RX_OBJECT_ABORTED:
                say("aborted");
                break;
            case NORM_RX_OBJECT_COMPLETED:
                completed(event.object);
                break;
            default:
                break;
        }
    }

private:
    void command(NormNodeHandle sender) {
        std::string content(65536, '\0');
        unsigned length = static_cast<unsigned>(content.size());
        if (NormNodeGetCommand(sender, &content[0], &length)) {
            say("command %s", toHex(content.substr(0, length)).c_str());
        }
    }

    // Stores an object under its number of arrival: what its sender calls it is the test's business.
    void completed(NormObjectHandle object) {
        std::string path = directory + "/object-" + std::to_string(count++);
        bool isFile = NormObjectGetType(object) == NORM_OBJECT_FILE;
        long long size = static_cast<long long>(NormObjectGetSize(object));
        if (isFile) {
            char temporary[1024];
            require(NormFileGetName(object, temporary, sizeof temporary), "NormFileGetName");
            require(std::rename(temporary, path.c_str()) == 0, "rename");
        } else {
            std::ofstream(path, std::ios::binary).write(NormDataAccessData(object), size);
        }
        std::string info = "none";
        if (NormObjectHasInfo(object)) {
            std::string content(NormObjectGetInfoLength(object), '\0');
            content.resize(NormObjectGetInfo(object, &content[0], static_cast<UINT16>(content.size())));
            info = "0x" + toHex(content);
        }
        say("completed %s %lld %s %s", isFile ? "file" : "data", size, info.c_str(), path.c_str());
    }

    std::string directory;
    int count = 0;
};

}  // namespace

int main(int count, char** words) {
    std::string role = count > 1 ? words[1] : "";
    if ((role != "send" && role != "receive") || count % 2 != 0) {
        fail("usage: normpeer send|receive OPTION VALUE...");
    }
    Options options(count, words);
    // libnorm draws backoffs and losses from rand(), and does not seed it.
    std::srand(static_cast<unsigned>(options.number("--seed", getpid())));
    NormInstanceHandle instance = NormCreateInstance(false);
    require(instance != NORM_INSTANCE_INVALID, "NormCreateInstance");
    std::string group = options.text("--group");
    NormSessionHandle session = NormCreateSession(
        instance, group.c_str(), static_cast<UINT16>(options.number("--port", 0)),
        static_cast<NormNodeId>(options.number("--node", 0)));
    require(session != NORM_SESSION_INVALID, "NormCreateSession");
    require(NormSetMulticastInterface(session, "lo"), "NormSetMulticastInterface");
    NormSetRxPortReuse(session, true, group.c_str());
    require(NormSetTTL(session, 0), "NormSetTTL");
    require(NormSetMulticastLoopback(session, true), "NormSetMulticastLoopback");
    NormSetFragmentation(session, true);
    NormSetTxLoss(session, options.number("--loss", 0));
    NormSetRxLoss(session, options.number("--loss", 0));
    if (role == "send") {
        Sender sender(options, session);
        run(instance, [&](const NormEvent& event) { sender.handle(event); });
        NormStopSender(session);
    } else {
        Receiver receiver(options, instance, session);
        run(instance, [&](const NormEvent& event) { receiver.handle(event); });
        NormStopReceiver(session);
    }
    NormDestroySession(session);
    NormDestroyInstance(instance);
    return 0;
}
