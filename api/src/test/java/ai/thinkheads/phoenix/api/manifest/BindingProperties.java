package ai.thinkheads.phoenix.api.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.Spec;
import ai.thinkheads.phoenix.api.Specimens;
import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import ai.thinkheads.phoenix.api.shape.Shape;
import ai.thinkheads.phoenix.api.shape.Shapes;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class BindingProperties {

    @Property(tries = 600)
    void a_spec_that_was_written_as_yaml_binds_to_the_same_spec(@ForAll("specs") Spec spec) {
        String yaml = ResourceCodec.yaml(ResourceCodec.json().valueToTree(spec));
        ProblemList problems = new ProblemList("x.yaml");

        List<Tree> trees = YamlText.parse(yaml, 1, problems);
        Tree tree = trees.isEmpty() ? new Mapping(Tree.Place.NONE, Path.TOP, problems).tree() : trees.getFirst();
        Shape.ObjectOf shape = Shapes.of(spec.getClass());
        Object read = new Binder(problems, shape, true, false).bind(shape, tree, Path.TOP.field("spec"), true);

        assertThat(problems.all()).as(yaml).isEmpty();
        assertThat(read).as(yaml).isEqualTo(spec);
    }

    @Property(tries = 400)
    void the_rules_between_fields_survive_any_field_that_is_missing(@ForAll("incompleteSpecs") Spec spec) {
        assertThatCode(() -> spec.check((field, message) -> assertThat(field).startsWith("spec")))
                .doesNotThrowAnyException();
    }

    @Property(tries = 300)
    void whatever_is_generated_is_a_manifest_or_has_problems_with_places(@ForAll("resources") Resource<?, ?> resource) {
        String yaml = ResourceCodec.yaml(resource);

        try {
            assertThat(ManifestReader.read(List.of(new ManifestText("x.yaml", yaml))))
                    .hasSize(1);
        } catch (ManifestException e) {
            assertThat(e.problems()).isNotEmpty().allSatisfy(problem -> {
                assertThat(problem.location().line()).isPositive();
                assertThat(problem.location().line())
                        .isLessThanOrEqualTo((int) yaml.lines().count());
                assertThat(problem.message()).isNotBlank().doesNotEndWith(".");
            });
        }
    }

    @Provide
    Arbitrary<Spec> specs() {
        return Arbitraries.randomValue(random -> {
            Kind<?, ?> kind = Kinds.ALL.get(random.nextInt(Kinds.ALL.size()));
            return new Specimens(random, true, true).spec(kind.specType());
        });
    }

    @Provide
    Arbitrary<Spec> incompleteSpecs() {
        return Arbitraries.randomValue(random -> {
            Kind<?, ?> kind = Kinds.ALL.get(random.nextInt(Kinds.ALL.size()));
            return new Specimens(random, false, true).spec(kind.specType());
        });
    }

    @Provide
    Arbitrary<Resource<?, ?>> resources() {
        return Arbitraries.randomValue(random -> new Specimens(random, false, true).resource());
    }
}
