package ai.thinkheads.phoenix.kinds.secret;

import ai.thinkheads.phoenix.api.v1alpha1.SecretSpec.Generate.Alphabet;
import java.io.IOException;
import java.util.Optional;

/** Where values of Secrets come from on the controller's machine, as a port. */
public interface SecretSources {

    /**
     * The text of a file without the line end at its end.
     *
     * @throws IOException when it cannot be read, is larger than 1 MiB or is no text; the message says why and holds none of it
     */
    String file(String path) throws IOException;

    /** The value of an environment variable. */
    Optional<String> environment(String name);

    /** A new random value. */
    String generate(int length, Alphabet alphabet);
}
