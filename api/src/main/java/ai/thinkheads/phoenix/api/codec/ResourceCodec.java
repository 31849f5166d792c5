package ai.thinkheads.phoenix.api.codec;

import ai.thinkheads.phoenix.api.Resource;
import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.cfg.MapperBuilder;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/**
 * Writes resources as JSON and YAML and reads them back: {@code apiVersion}, {@code kind}, {@code metadata}, {@code spec} and
 * {@code status}, with the kind's facts flattened into the status. Fields that are null and lists that are empty are left out;
 * {@code read(write(r))} equals {@code r}.
 */
public final class ResourceCodec {

    private static final JsonMapper JSON = configured(JsonMapper.builder()).build();
    private static final YAMLMapper YAML = configured(YAMLMapper.builder(YAMLFactory.builder()
                            .stringQuotingChecker(new CoreSchemaQuoting())
                            .build())
                    .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
                    .disable(YAMLWriteFeature.SPLIT_LINES)
                    .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
                    .enable(YAMLWriteFeature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                    .enable(YAMLWriteFeature.LITERAL_BLOCK_STYLE))
            .build();
    private static final ObjectWriter WRITER = JSON.writerFor(Resource.class);
    private static final ObjectReader READER = JSON.readerFor(Resource.class);

    private ResourceCodec() {}

    /** The resource as a tree that the caller may change. */
    public static ObjectNode tree(Resource<?, ?> resource) {
        return JSON.valueToTree(resource);
    }

    /** The resource as compact JSON in UTF-8. */
    public static byte[] write(Resource<?, ?> resource) {
        return WRITER.writeValueAsBytes(resource);
    }

    /** The resource as one YAML document for people, with a line break at the end. */
    public static String yaml(Resource<?, ?> resource) {
        return YAML.writeValueAsString(tree(resource));
    }

    /** Any tree as one YAML document for people, with a line break at the end. */
    public static String yaml(JsonNode tree) {
        return YAML.writeValueAsString(tree);
    }

    /**
     * Reads what {@link #write} wrote. Fields that this version does not know are passed over.
     *
     * @throws tools.jackson.core.JacksonException when it is no resource of a known kind
     */
    public static Resource<?, ?> read(byte[] json) {
        return READER.readValue(json);
    }

    /**
     * Reads a tree in the shape of {@link #tree}. Fields that this version does not know are passed over.
     *
     * @throws tools.jackson.core.JacksonException when it is no resource of a known kind
     */
    public static Resource<?, ?> read(JsonNode tree) {
        return READER.readValue(tree);
    }

    /** The mapper with everything that Phoenix's types need; for parts of resources and for messages made of them. */
    public static JsonMapper json() {
        return JSON;
    }

    private static <B extends MapperBuilder<?, B>> B configured(B builder) {
        SimpleModule resources = new SimpleModule("phoenix");
        resources.addSerializer(new ResourceSerializer());
        resources.addDeserializer(Resource.class, new ResourceDeserializer());
        return builder.addModule(resources)
                .addModule(new RecordModule())
                .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .changeDefaultVisibility(seen -> seen.withIsGetterVisibility(JsonAutoDetect.Visibility.NONE))
                .changeDefaultPropertyInclusion(all -> all.withValueInclusion(JsonInclude.Include.NON_NULL))
                .withConfigOverride(List.class, list -> list.setInclude(nonEmpty()))
                .withConfigOverride(Map.class, map -> map.setInclude(nonEmpty()));
    }

    private static JsonInclude.Value nonEmpty() {
        return JsonInclude.Value.construct(JsonInclude.Include.NON_EMPTY, JsonInclude.Include.ALWAYS);
    }
}
