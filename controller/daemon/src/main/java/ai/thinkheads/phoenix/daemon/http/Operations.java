package ai.thinkheads.phoenix.daemon.http;

import ai.thinkheads.phoenix.daemon.metrics.Metrics;
import ai.thinkheads.phoenix.engine.store.Store;
import ai.thinkheads.phoenix.engine.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/** What operators ask: {@code /livez}, {@code /readyz}, {@code /metrics}. */
final class Operations {

    private final Store store;
    private final Supplier<Metrics> metrics;

    Operations(Store store, Supplier<Metrics> metrics) {
        this.store = store;
        this.metrics = metrics;
    }

    void handle(Exchange exchange, String what) {
        if (!exchange.method().equals("GET")) {
            throw ApiError.methodNotAllowed("/" + what + " takes GET");
        }
        switch (what) {
            case "metrics" ->
                exchange.send(
                        200,
                        "text/plain; version=0.0.4; charset=utf-8",
                        metrics.get().scrape().getBytes(StandardCharsets.UTF_8));
            case "readyz" -> ready(exchange);
            default -> exchange.text(200, "ok");
        }
    }

    /** Ready means that the store answers. */
    private void ready(Exchange exchange) {
        try {
            store.revision();
            exchange.text(200, "ok");
        } catch (StoreException.Unavailable e) {
            exchange.text(503, "the store does not answer: " + e.getMessage());
        }
    }
}
