package ai.thinkheads.phoenix.api.manifest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Composes trees from the events of a YAML parser, within the {@link Limits}. */
final class YamlText {

    private static final LoadSettings SETTINGS = LoadSettings.builder()
            .setUseMarks(true)
            .setCodePointLimit(Integer.MAX_VALUE)
            .build();
    private static final String TEXT_TAG = "tag:yaml.org,2002:str";

    private final int firstLine;
    private final ProblemList problems;
    private final Map<Anchor, Optional<Tree>> anchors = new HashMap<>();
    private final Iterator<Event> events;
    private int aliases;

    private YamlText(String text, int firstLine, ProblemList problems) {
        this.firstLine = firstLine;
        this.problems = problems;
        this.events = new Parse(SETTINGS).parseString(text).iterator();
    }

    /**
     * Every document of the text that is not empty.
     *
     * @param firstLine the line of the text's first line, counted from 1
     * @throws TextException when the text breaks the rules of YAML or the limits
     */
    static List<Tree> parse(String text, int firstLine, ProblemList problems) {
        YamlText yaml = null;
        try {
            yaml = new YamlText(text, firstLine, problems);
            return yaml.documents();
        } catch (MarkedYamlEngineException e) {
            throw YamlErrors.explain(e, firstLine);
        } catch (ReaderException e) {
            throw YamlErrors.explain(e, text, firstLine);
        } catch (YamlEngineException e) {
            throw new TextException(new Tree.Place(firstLine, 1), "the YAML syntax is broken");
        }
    }

    private List<Tree> documents() {
        List<Tree> documents = new ArrayList<>();
        while (events.hasNext()) {
            Event event = events.next();
            if (event.getEventId() == Event.ID.DocumentStart) {
                anchors.clear();
                aliases = 0;
            } else if (event instanceof NodeEvent) {
                Tree tree = compose(event, Path.TOP, 0);
                if (!tree.isNull()) {
                    documents.add(tree);
                }
            }
        }
        return documents;
    }

    private Tree compose(Event event, Path path, int depth) {
        Tree.Place place = place(event);
        if (depth > Limits.DEPTH) {
            throw new TextException(place, "lists and mappings are nested more than " + Limits.DEPTH + " levels deep");
        }
        if (event instanceof AliasEvent alias) {
            return resolve(alias, place, path);
        }
        Optional<Anchor> anchor = event instanceof NodeEvent node ? node.getAnchor() : Optional.empty();
        anchor.ifPresent(name -> anchors.put(name, Optional.empty()));
        Tree tree = switch (event) {
            case ScalarEvent scalar -> value(scalar, place, path);
            case MappingStartEvent mapping -> mapping(mapping, place, path, depth);
            case CollectionStartEvent list -> list(list, place, path, depth);
            default -> throw new TextException(place, "the YAML syntax is broken here");
        };
        anchor.ifPresent(name -> anchors.put(name, Optional.of(tree)));
        return tree;
    }

    private Tree value(ScalarEvent scalar, Tree.Place place, Path path) {
        if (scalar.getValue().length() > Limits.VALUE) {
            throw new TextException(
                    place,
                    "a value has " + scalar.getValue().length() + " characters; at most " + Limits.VALUE + " are read");
        }
        boolean text = scalar.getTag().filter(TEXT_TAG::equals).isPresent();
        if (!text) {
            refuse(scalar.getTag(), place, path);
        }
        return new Tree.Value(place, scalar.getValue(), scalar.isPlain() && !text);
    }

    private Tree list(CollectionStartEvent start, Tree.Place place, Path path, int depth) {
        refuse(start.getTag(), place, path);
        List<Tree> items = new ArrayList<>();
        int values = 1;
        for (Event event = events.next(); event.getEventId() != Event.ID.SequenceEnd; event = events.next()) {
            Tree item = compose(event, path.item(items.size()), depth + 1);
            items.add(item);
            values = Mapping.sum(values, item);
        }
        return new Tree.Items(place, items, values);
    }

    private Tree mapping(MappingStartEvent start, Tree.Place place, Path path, int depth) {
        refuse(start.getTag(), place, path);
        Mapping mapping = new Mapping(place, path, problems);
        for (Event event = events.next(); event.getEventId() != Event.ID.MappingEnd; event = events.next()) {
            Tree.Place at = place(event);
            if (!(compose(event, path, depth + 1) instanceof Tree.Value key)) {
                throw new TextException(at, "a key has to be text, not a list or a mapping");
            }
            mapping.add(at, key.text(), compose(events.next(), mapping.below(key.text()), depth + 1));
        }
        return mapping.tree();
    }

    private Tree resolve(AliasEvent alias, Tree.Place place, Path path) {
        if (++aliases > Limits.ALIASES) {
            throw new TextException(place, "the document has more than " + Limits.ALIASES + " aliases");
        }
        Optional<Tree> target = anchors.get(alias.getAlias());
        if (target == null) {
            problems.add(
                    place, path, "the alias refers to no anchor before it; put a value that starts with '*' in quotes");
        } else if (target.isEmpty()) {
            problems.add(place, path, "the alias refers to something that it is a part of");
        }
        return target == null || target.isEmpty() ? new Tree.Value(place, "", true) : target.get();
    }

    private void refuse(Optional<String> tag, Tree.Place place, Path path) {
        if (tag.isPresent()) {
            problems.add(place, path, "tags are not supported; put a value that starts with '!' in quotes");
        }
    }

    private Tree.Place place(Event event) {
        return event.getStartMark()
                .map(mark -> new Tree.Place(firstLine + mark.getLine(), mark.getColumn() + 1))
                .orElse(new Tree.Place(firstLine, 1));
    }
}
