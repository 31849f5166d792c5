package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.manifest.Manifest;
import ai.thinkheads.phoenix.cli.output.Terminal;
import ai.thinkheads.phoenix.engine.admission.Admission;
import ai.thinkheads.phoenix.engine.admission.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The rules between resources, for a set of manifests alone. */
final class SetCheck {

    private SetCheck() {}

    /** The errors, each with its place; warnings are printed. */
    static List<String> errors(List<Manifest> manifests, Terminal terminal) {
        List<Resource<?, ?>> resources = new ArrayList<>();
        Map<ResourceKey, String> places = new HashMap<>();
        for (Manifest manifest : manifests) {
            resources.add(manifest.resource());
            places.put(
                    manifest.resource().key(),
                    manifest.location().source() + ":" + manifest.location().line());
        }
        Verdict verdict = Admission.check(resources, List.of());
        verdict.warnings().forEach(each -> terminal.err().println(terminal.yellow("warning: ") + each));
        return verdict.errors().stream()
                .map(each -> places.get(each.key()) + ": " + each)
                .toList();
    }
}
