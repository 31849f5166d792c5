package ai.thinkheads.phoenix.proof.fuzz;

import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import ai.thinkheads.phoenix.api.manifest.Manifest;
import ai.thinkheads.phoenix.api.manifest.ManifestException;
import ai.thinkheads.phoenix.api.manifest.ManifestReader;
import ai.thinkheads.phoenix.api.manifest.ManifestText;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Manifests of any text: refused with places and words, or read; and what was read is the same when written and read again. */
class ManifestsFuzz {

    @FuzzTest
    void yaml(byte[] data) {
        List<Manifest> manifests;
        try {
            manifests = ManifestReader.read(List.of(new ManifestText("fuzz.yaml", text(data))));
        } catch (ManifestException e) {
            check(e);
            return;
        }
        for (Manifest each : manifests) {
            String written = ResourceCodec.yaml(each.resource());
            same(each.resource(), ManifestReader.read(List.of(new ManifestText("again.yaml", written))));
        }
    }

    @FuzzTest
    void json(byte[] data) {
        try {
            Resource<?, ?> resource = ManifestReader.readTree(text(data), true);
            same(resource, List.of());
        } catch (ManifestException e) {
            check(e);
        }
    }

    private static String text(byte[] data) {
        return new String(data, StandardCharsets.UTF_8);
    }

    private static void check(ManifestException e) {
        if (e.problems().isEmpty()
                || e.problems().stream().anyMatch(each -> each.message().isBlank())) {
            throw new AssertionError("refused without a word", e);
        }
    }

    private static void same(Resource<?, ?> resource, List<Manifest> again) {
        byte[] json = ResourceCodec.write(resource);
        if (!ResourceCodec.read(json).spec().equals(resource.spec())) {
            throw new AssertionError(resource.key() + " is another after it was stored");
        }
        for (Manifest each : again) {
            if (!each.resource().spec().equals(resource.spec())
                    || !each.resource().key().equals(resource.key())) {
                throw new AssertionError(resource.key() + " is another after it was written as YAML");
            }
        }
    }
}
