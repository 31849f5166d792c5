package ai.thinkheads.phoenix.daemon.http;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Resource;
import java.util.Set;

/** Which resources of a kind a request is about. */
record Selection(Kind<?, ?> kind, LabelSelector labels, FieldSelector fields) {

    private static final Set<String> FIELDS = Set.of("metadata.name", "metadata.namespace");

    static Selection of(Kind<?, ?> kind, Exchange exchange) {
        return new Selection(
                kind,
                LabelSelector.parse(exchange.query("labelSelector").orElse(null)),
                FieldSelector.parse(exchange.query("fieldSelector").orElse(null), FIELDS));
    }

    /** The resources of one name. */
    Selection named(String name) {
        FieldSelector only = FieldSelector.parse("metadata.name=" + name, FIELDS);
        return new Selection(kind, labels, only);
    }

    boolean matches(Resource<?, ?> resource) {
        return labels.matches(resource.metadata().getLabels())
                && fields.matches(field -> field.equals("metadata.name") ? resource.name() : "");
    }
}
