package ai.thinkheads.phoenix.api.schema;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The page of documentation of one kind, in Markdown. */
public final class KindPage {

    private KindPage() {}

    /**
     * The page.
     *
     * @param example a manifest of the kind, in YAML; blank for a page without one
     */
    public static String markdown(Kind<?, ?> kind, String example) {
        FieldDoc whole = FieldDocs.of(kind);
        StringBuilder page = new StringBuilder("# ").append(kind.name()).append("\n\n");
        page.append(kind.summary()).append("\n\n");
        page.append("On the command line: ")
                .append(words(kind).stream().map(word -> "`" + word + "`").collect(Collectors.joining(", ")))
                .append(". Scope: ")
                .append(scope(kind))
                .append(".\n\n");
        if (!example.isBlank()) {
            page.append("## Example\n\n```yaml\n").append(example.strip()).append("\n```\n\n");
        }
        String notes = KindNotes.of(kind);
        if (!notes.isEmpty()) {
            page.append("## When it changes\n\n").append(notes).append('\n');
        }
        page.append("## spec\n\n");
        table(page, named(whole, "spec"));
        page.append("## status\n\n");
        table(page, named(whole, "status"));
        page.append("## What `phoenixctl get ").append(words(kind).getLast()).append("` shows\n\n");
        page.append("| column | from |\n|---|---|\n");
        page.append("| NAME | `.metadata.name` |\n");
        for (Kind.Column column : kind.columns()) {
            page.append("| ")
                    .append(column.title())
                    .append(column.wide() ? " (`-o wide`)" : "")
                    .append(" | `")
                    .append(column.path())
                    .append("` |\n");
        }
        return page.append("\n[All kinds](README.md)\n").toString();
    }

    /** The table of all kinds, with links to their pages. */
    public static String index() {
        StringBuilder page = new StringBuilder("# Kinds\n\n");
        page.append("Every manifest has `apiVersion: ")
                .append(Kinds.API_VERSION)
                .append(
                        "`, a `kind`, `metadata` with a name, and a `spec`. These pages are generated from the types by `make docs`;\n")
                .append(
                        "`phoenixctl explain` shows the same in a terminal, and the schemas for editors are in [../schema](../schema/).\n\n");
        page.append("| kind | short names | what it is |\n|---|---|---|\n");
        for (Kind<?, ?> kind : Kinds.ALL) {
            page.append("| [")
                    .append(kind.name())
                    .append("](")
                    .append(file(kind))
                    .append(") | ")
                    .append(String.join(", ", kind.shortNames()))
                    .append(" | ")
                    .append(kind.summary())
                    .append(" |\n");
        }
        return page.toString();
    }

    static String file(Kind<?, ?> kind) {
        return kind.singular() + ".md";
    }

    private static List<String> words(Kind<?, ?> kind) {
        List<String> words = new ArrayList<>(List.of(kind.plural(), kind.singular()));
        words.addAll(kind.shortNames());
        return words;
    }

    private static String scope(Kind<?, ?> kind) {
        return switch (kind.scope()) {
            case HOST -> "part of the host, applied by `phoenixctl setup` too";
            case GUEST -> "a guest of a host";
            case CONTROLLER -> "the controller";
        };
    }

    private static FieldDoc named(FieldDoc whole, String name) {
        return whole.children().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void table(StringBuilder page, FieldDoc parent) {
        page.append("| field | type | meaning |\n|---|---|---|\n");
        rows(page, parent, parent.path().length() + 1);
        page.append('\n');
    }

    private static void rows(StringBuilder page, FieldDoc parent, int prefix) {
        for (FieldDoc field : parent.children()) {
            page.append("| `")
                    .append(field.path().substring(prefix))
                    .append("` | ")
                    .append(escaped(field.type()))
                    .append(" | ")
                    .append(escaped(meaning(field)))
                    .append(" |\n");
            rows(page, field, prefix);
        }
    }

    private static String meaning(FieldDoc field) {
        List<String> parts = new ArrayList<>();
        if (field.required()) {
            parts.add("**Required.**");
        }
        if (!field.description().isEmpty()) {
            parts.add(field.description());
        }
        if (!field.values().isEmpty()) {
            parts.add(field.values().stream().map(word -> "`" + word + "`").collect(Collectors.joining(", ")) + ".");
        }
        for (String constraint : field.constraints()) {
            parts.add(Character.toUpperCase(constraint.charAt(0)) + constraint.substring(1) + ".");
        }
        return String.join(" ", parts);
    }

    private static String escaped(String text) {
        return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ");
    }
}
