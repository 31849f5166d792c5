/** Tests of how manifests are found and read. */
@NullMarked
package ai.thinkheads.phoenix.cli.manifest;

import org.jspecify.annotations.NullMarked;
