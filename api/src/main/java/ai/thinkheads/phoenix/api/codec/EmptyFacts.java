package ai.thinkheads.phoenix.api.codec;

import ai.thinkheads.phoenix.api.Facts;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Knows which facts are written as no field at all. */
final class EmptyFacts {

    private static final Map<Class<?>, Boolean> LEAVES_NO_TRACE = new ConcurrentHashMap<>();
    private static final Map<Class<?>, Facts> EMPTY = new ConcurrentHashMap<>();

    private EmptyFacts() {}

    static boolean isEmpty(Facts facts) {
        JsonMapper json = ResourceCodec.json();
        Class<? extends Facts> type = facts.getClass();
        Facts empty = EMPTY.computeIfAbsent(type, key -> json.readValue("{}", type));
        return facts.equals(empty)
                && LEAVES_NO_TRACE.computeIfAbsent(
                        type, key -> json.<ObjectNode>valueToTree(empty).isEmpty());
    }
}
