package ai.thinkheads.phoenix.kinds.guest;

import ai.thinkheads.phoenix.api.Conditions;
import ai.thinkheads.phoenix.api.Effect;
import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.GuestKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Plans mount points and disks. Which of those that a guest has is which of those in the manifest is written in the guest's
 * mark; one that no mark names is recognised by its place. What Phoenix did not attach it never takes out, and what it takes out
 * it does not destroy without consent.
 */
final class AttachmentPlanner<C extends GuestConfig, D> {

    void plan(Course<C, D> course, Base<C> base) {
        Map<String, String> facts = MarkFacts.starting(base.mark(), MarkFacts.MOUNT);
        List<Attached<D>> seen = course.shape.attached(base.config());
        Map<String, Attached<D>> matched = match(course.shape, course.wish.attachments(), seen, facts);
        // What goes makes room for what comes to the same place.
        detach(course, base, seen, matched, facts);
        Set<String> reused = new HashSet<>();
        boolean remember = false;
        for (Attachment<D> wish : course.wish.attachments()) {
            Attached<D> has = matched.get(wish.name());
            if (has == null) {
                attach(course, base, wish, facts.get(wish.name()), reused);
                remember = true;
            } else {
                change(course, base, wish, has, facts.get(wish.name()));
                String fact = facts.get(wish.name());
                remember = remember || fact == null || !MarkFacts.names(fact, has);
            }
        }
        if (remember) {
            course.add(new GuestStep.Remember<>(
                    course.words(field(course), "note on " + course.guest() + " which volume is which", Effect.ONLINE),
                    course.wish.attachments()));
        }
        unused(course, base, facts, reused);
    }

    /** Which attached one is which wish, by the mark first and then by what it looks like. */
    static <C extends GuestConfig, D> Map<String, Attached<D>> match(
            GuestShape<C, D> shape, List<Attachment<D>> wishes, List<Attached<D>> seen, Map<String, String> facts) {
        List<Attached<D>> free = new ArrayList<>(seen);
        Map<String, Attached<D>> matched = new LinkedHashMap<>();
        for (Attachment<D> wish : wishes) {
            String fact = facts.get(wish.name());
            for (Attached<D> each : seen) {
                if (fact != null && MarkFacts.names(fact, each) && wish.isVolume() == (each.storage() != null)) {
                    matched.put(wish.name(), each);
                    free.remove(each);
                }
            }
        }
        // What belongs to another name by the mark is not free, though its place looks right.
        free.removeIf(each -> facts.values().stream().anyMatch(fact -> MarkFacts.names(fact, each)));
        for (int i = 0; i < wishes.size(); i++) {
            Attachment<D> wish = wishes.get(i);
            if (matched.containsKey(wish.name())) {
                continue;
            }
            // The first disk of a machine is the first of its manifest wherever it lies.
            boolean boot = i == 0 && shape.kind() == GuestKind.VIRTUAL_MACHINE;
            for (Attached<D> each : free) {
                if ((boot && seen.getFirst() == each) || shape.fits(wish, each)) {
                    matched.put(wish.name(), each);
                    free.remove(each);
                    break;
                }
            }
        }
        return matched;
    }

    private void attach(
            Course<C, D> course, Base<C> base, Attachment<D> wish, @Nullable String fact, Set<String> reused) {
        String former = fact == null ? null : MarkFacts.content(fact);
        Attachment<D> asked = wish;
        String verb = "attach ";
        if (former != null && wish.isVolume() && base.unused().contains(former)) {
            asked = new Attachment<>(
                    wish.name(),
                    wish.field(),
                    course.shape.onVolume(wish, former),
                    wish.directory(),
                    wish.storage(),
                    wish.size(),
                    wish.owner());
            reused.add(former);
            verb = "attach again the former ";
        }
        course.add(new GuestStep.Attach<>(
                course.words(
                        wish.field(),
                        verb + course.shape.describe(wish),
                        base.running() ? course.shape.attachEffect() : Effect.ONLINE,
                        null,
                        wish.storage()),
                asked));
    }

    private void change(Course<C, D> course, Base<C> base, Attachment<D> wish, Attached<D> has, @Nullable String fact) {
        if (wish.storage() != null && has.storage() != null && !wish.storage().equals(has.storage())) {
            String obstacle = Moves.obstacle(course, base);
            if (obstacle != null) {
                course.refuse(
                        wish.field() + ".storage",
                        "CannotMove",
                        wish.name() + " lies on " + has.storage() + " and is not moved to " + wish.storage() + ": "
                                + obstacle + "; set it back, or give the new volume another name");
                return;
            }
            Moves.plan(course, base, wish.field() + ".storage", wish.name(), has.slot(), has.storage(), wish.storage());
        }
        ByteSize wanted = wish.size();
        ByteSize size = has.size();
        if (wanted != null && size != null && wanted.compareTo(size) < 0) {
            course.refuse(
                    wish.field() + ".size",
                    "CannotShrink",
                    wish.name() + " has " + size + " and cannot shrink to " + wanted + "; set it to " + size
                            + " or more");
        } else if (wanted != null && size != null && wanted.compareTo(size) > 0) {
            course.add(new GuestStep.Grow<>(
                    course.words(
                            wish.field() + ".size",
                            "grow " + wish.name() + " from " + size + " to " + wanted,
                            Effect.ONLINE,
                            null,
                            wish.storage()),
                    has.slot(),
                    wanted));
        }
        if (!course.shape.sameOptions(wish, has)) {
            course.add(new GuestStep.Reattach<>(
                    course.words(
                            wish.field(),
                            "change the options of " + course.shape.describe(wish),
                            base.running() ? course.shape.detachEffect() : Effect.ONLINE),
                    wish,
                    has.slot()));
        }
        if (wish.directory() != null && !MarkFacts.isOwned(wish, fact)) {
            course.add(new GuestStep.Own<>(
                    course.words(
                            wish.field() + ".owner",
                            "give " + wish.directory() + " to " + wish.owner() + " on the host",
                            Effect.ONLINE),
                    wish));
        }
    }

    private void detach(
            Course<C, D> course,
            Base<C> base,
            List<Attached<D>> seen,
            Map<String, Attached<D>> matched,
            Map<String, String> facts) {
        for (Attached<D> each : seen) {
            if (matched.containsValue(each)) {
                continue;
            }
            String name = facts.entrySet().stream()
                    .filter(fact -> MarkFacts.names(fact.getValue(), each))
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElse(null);
            if (name != null) {
                course.add(new GuestStep.Detach<>(
                        course.words(
                                field(course),
                                "detach " + name
                                        + (each.storage() == null
                                                ? ", a directory of the host"
                                                : "; its volume " + each.content() + " stays, unused"),
                                base.running() ? course.shape.detachEffect() : Effect.ONLINE),
                        each.slot()));
            } else if (!base.fresh() && !isClone(base)) {
                course.find(
                        Conditions.DRIFTED,
                        "UnknownVolume",
                        course.guest() + " has " + each.slot() + " (" + each.content()
                                + "), which is not in the manifest and not Phoenix's; add it to " + field(course)
                                + " or take it out",
                        false);
            }
        }
    }

    private void unused(Course<C, D> course, Base<C> base, Map<String, String> facts, Set<String> reused) {
        List<String> kept = new ArrayList<>();
        for (String volume : base.unused()) {
            if (reused.contains(volume)) {
                continue;
            }
            String name = facts.entrySet().stream()
                    .filter(fact -> MarkFacts.content(fact.getValue()).equals(volume))
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElse(volume);
            String consent = course.consent("destroy-volume", name);
            if (course.agreed(consent)) {
                course.add(new GuestStep.DestroyVolume<>(
                        course.words(
                                field(course),
                                "destroy the unused volume " + volume + " with its data",
                                Effect.DESTROYS_DATA,
                                consent,
                                null),
                        volume));
            } else {
                kept.add(volume + " (consent: " + consent + ")");
            }
        }
        if (!kept.isEmpty()) {
            course.find(
                    Conditions.UNUSED_VOLUMES,
                    "KeptWithoutConsent",
                    "unused volumes are kept until their destruction is agreed to: " + String.join(", ", kept),
                    false);
        }
    }

    private boolean isClone(Base<C> base) {
        return base.mark() != null
                && base.mark().fact(MarkFacts.ORIGIN).orElse("").startsWith("clone/");
    }

    private static String field(Course<?, ?> course) {
        return course.shape.kind() == GuestKind.CONTAINER ? "spec.mounts" : "spec.disks";
    }
}
