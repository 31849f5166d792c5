package ai.thinkheads.phoenix.kinds.adopt;

import ai.thinkheads.phoenix.api.Reference;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A host as manifests.
 *
 * @param entries what can be adopted, what others refer to before those
 * @param leftOut what no manifest can stand for, each with the reason
 * @param managed what a resource stands for already
 */
public record Adoption(List<Entry> entries, List<LeftOut> leftOut, List<Managed> managed) {

    public Adoption {
        entries = List.copyOf(entries);
        leftOut = List.copyOf(leftOut);
        managed = List.copyOf(managed);
    }

    /**
     * One object as a manifest.
     *
     * @param object what it is on the host: {@code container web (105)}
     * @param notes what about it the manifest does not say, and why
     */
    public record Entry(Resource<?, ?> resource, String object, List<String> notes) {
        public Entry {
            notes = List.copyOf(notes);
        }

        public ResourceKey key() {
            return resource.key();
        }
    }

    /**
     * One object that no manifest can stand for.
     *
     * @param kind the kind that it would be of
     */
    public record LeftOut(String kind, String object, String reason) {}

    /** One object that a resource stands for already. */
    public record Managed(String object, ResourceKey resource) {}

    /** The same without those, for the reasons given, and without what refers to them. */
    public Adoption without(Map<ResourceKey, String> reasons) {
        List<Entry> kept = new ArrayList<>(entries);
        List<LeftOut> out = new ArrayList<>(leftOut);
        Map<ResourceKey, String> gone = new LinkedHashMap<>(reasons);
        boolean more = true;
        while (more) {
            more = false;
            for (Entry entry : List.copyOf(kept)) {
                String reason = gone.get(entry.key());
                if (reason == null) {
                    reason = entry.resource().spec().references().stream()
                            .map(Reference::target)
                            .filter(gone::containsKey)
                            .findFirst()
                            .map(target -> "it needs " + target + ", which is left out too")
                            .orElse(null);
                }
                if (reason != null) {
                    gone.put(entry.key(), reason);
                    kept.remove(entry);
                    out.add(new LeftOut(entry.key().kind(), entry.object(), reason));
                    more = true;
                }
            }
        }
        return new Adoption(kept, out, managed);
    }

    /** Those and everything that they refer to. */
    public List<Entry> closure(Collection<ResourceKey> wanted) {
        Map<ResourceKey, Entry> all = new LinkedHashMap<>();
        entries.forEach(entry -> all.put(entry.key(), entry));
        Set<ResourceKey> chosen = new HashSet<>();
        Deque<ResourceKey> open = new ArrayDeque<>(wanted);
        while (!open.isEmpty()) {
            ResourceKey key = open.remove();
            Entry entry = all.get(key);
            if (entry != null && chosen.add(key)) {
                entry.resource().spec().references().forEach(reference -> open.add(reference.target()));
            }
        }
        return entries.stream().filter(entry -> chosen.contains(entry.key())).toList();
    }
}
