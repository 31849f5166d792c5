package ai.thinkheads.phoenix.api.manifest;

import ai.thinkheads.phoenix.api.Resource;

/**
 * A resource as somebody declared it.
 *
 * @param resource has a name, labels and annotations, and an unknown status
 * @param location where its document begins
 */
public record Manifest(Resource<?, ?> resource, Location location) {}
