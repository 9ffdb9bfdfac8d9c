package dev.mimeo.examples;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;

/** A TCP connection that carries as much as it can; who takes it says each half second how many bytes have come. */
final class TcpStream {
    private static final long HALF_SECOND_NANOS = 500_000_000;

    private TcpStream() {}

    /** {@code TcpStream PORT} takes one connection; {@code TcpStream PORT ADDRESS} makes one, and sends until it breaks. */
    public static void main(String[] arguments) throws IOException {
        int port = Integer.parseInt(arguments[0]);
        if (arguments.length == 1) {
            take(port);
        } else {
            try (Socket socket = new Socket(arguments[1], port);
                    OutputStream out = socket.getOutputStream()) {
                byte[] piece = new byte[1 << 16];
                while (true) {
                    out.write(piece);
                }
            }
        }
    }

    private static void take(int port) throws IOException {
        try (ServerSocket server = new ServerSocket(port)) {
            System.out.println("listening");
            try (Socket socket = server.accept();
                    InputStream in = socket.getInputStream()) {
                byte[] piece = new byte[1 << 16];
                long bytes = 0;
                long next = System.nanoTime() + HALF_SECOND_NANOS;
                for (int count = in.read(piece); count > 0; count = in.read(piece)) {
                    bytes += count;
                    if (System.nanoTime() > next) {
                        System.out.println("\"bytes\":" + bytes + ",\"nanos\":" + System.nanoTime());
                        next += HALF_SECOND_NANOS;
                    }
                }
            }
        }
    }
}
