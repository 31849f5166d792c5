package ai.thinkheads.phoenix.daemon.http;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import ai.thinkheads.phoenix.engine.store.Store;
import ai.thinkheads.phoenix.engine.time.Clock;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Get and list. */
final class ResourceReads {

    private final Store store;
    private final Clock clock;

    ResourceReads(Store store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    void get(Exchange exchange, Kind<?, ?> kind, String name) {
        Resource<?, ?> found =
                store.get(new ResourceKey(kind.name(), name)).orElseThrow(() -> ApiError.notFound(kind, name));
        if (Tables.isWanted(exchange.accept())) {
            exchange.send(200, table(exchange, kind, List.of(found), found.resourceVersion()));
        } else {
            exchange.send(200, "application/json", ResourceCodec.write(found));
        }
    }

    void list(Exchange exchange, Kind<?, ?> kind) {
        Selection selection = Selection.of(kind, exchange);
        Store.Listing listing = store.list(kind);
        long asked = revision(exchange);
        if (asked > listing.revision()) {
            throw ApiError.futureRevision(asked, listing.revision());
        }
        Optional<Page> from = exchange.query("continue").map(Page::parse);
        List<Resource<?, ?>> chosen = listing.items().stream()
                .filter(selection::matches)
                .filter(item ->
                        from.isEmpty() || item.name().compareTo(from.get().after()) > 0)
                .toList();
        long revision = from.map(Page::revision).orElse(listing.revision());
        long limit = exchange.number("limit", 0);
        String next = "";
        long remaining = 0;
        if (limit > 0 && chosen.size() > limit) {
            remaining = chosen.size() - limit;
            chosen = chosen.subList(0, (int) limit);
            next = new Page(revision, chosen.getLast().name()).token();
        }
        if (Tables.isWanted(exchange.accept())) {
            ObjectNode table = table(exchange, kind, chosen, revision);
            page((ObjectNode) table.get("metadata"), next, remaining);
            exchange.send(200, table);
            return;
        }
        ObjectNode metadata = ResourceCodec.json().createObjectNode().put("resourceVersion", Long.toString(revision));
        page(metadata, next, remaining);
        exchange.send(200, "application/json", write(kind, metadata, chosen));
    }

    /** The revision that a request names; 0 for none. */
    static long revision(Exchange exchange) {
        String given = exchange.query("resourceVersion").orElse("0");
        if (!given.matches("[0-9]{1,18}")) {
            throw ApiError.badRequest(
                    "invalid resource version \"" + given + "\": it has to be a number that a list gave");
        }
        return Long.parseLong(given);
    }

    private ObjectNode table(Exchange exchange, Kind<?, ?> kind, List<Resource<?, ?>> items, long revision) {
        Tables.Include include = Tables.Include.of(exchange.query("includeObject"));
        return Tables.table(kind, items, revision, include, true, clock.instant());
    }

    private static void page(ObjectNode metadata, String next, long remaining) {
        if (!next.isEmpty()) {
            metadata.put("continue", next).put("remainingItemCount", remaining);
        }
    }

    /** Written by hand so that a long list is never a tree in memory. */
    private static byte[] write(Kind<?, ?> kind, ObjectNode metadata, List<Resource<?, ?>> items) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256 + items.size() * 1024);
        String head = "{\"kind\":\"" + kind.name() + "List\",\"apiVersion\":\"" + Kinds.API_VERSION + "\",\"metadata\":"
                + metadata + ",\"items\":[";
        out.writeBytes(head.getBytes(StandardCharsets.UTF_8));
        boolean first = true;
        for (Resource<?, ?> item : items) {
            if (!first) {
                out.write(',');
            }
            first = false;
            out.writeBytes(ResourceCodec.write(item));
        }
        out.writeBytes(new byte[] {']', '}'});
        return out.toByteArray();
    }

    /**
     * Where a list goes on. Later pages show the present state from that name on, and carry the first page's revision, so that a
     * watch from there misses nothing.
     */
    private record Page(long revision, String after) {

        static Page parse(String token) {
            try {
                String text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
                int colon = text.indexOf(':');
                return new Page(Long.parseLong(text.substring(0, colon)), text.substring(colon + 1));
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                throw ApiError.badRequest("the continue parameter is none that a list gave; list again without it");
            }
        }

        String token() {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString((revision + ":" + after).getBytes(StandardCharsets.UTF_8));
        }
    }
}
