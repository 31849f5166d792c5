package ai.thinkheads.phoenix.daemon.gitops;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Proxy;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.HttpConnectionFactory;
import org.eclipse.jgit.transport.http.JDKHttpConnectionFactory;

/** Connections to servers whose certificate one authority has signed, and to no others: for a Git server of one's own. */
final class GitTrust implements HttpConnectionFactory {

    private final JDKHttpConnectionFactory connections = new JDKHttpConnectionFactory();
    private final TrustManager[] managers;

    private GitTrust(TrustManager[] managers) {
        this.managers = managers;
    }

    /**
     * @param pem certificates of the authority, or the server's own where it has signed itself
     * @throws GitException when it holds none
     */
    static GitTrust of(String pem) {
        try {
            Collection<? extends Certificate> all = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)));
            if (all.isEmpty()) {
                throw new CertificateException("it is empty");
            }
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (Certificate each : all) {
                store.setCertificateEntry("ca" + number++, each);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return new GitTrust(factory.getTrustManagers());
        } catch (GeneralSecurityException | IOException e) {
            throw new GitException(
                    "AccessDenied",
                    "the key 'ca.crt' of the Secret of spec.credentials holds no certificate: " + e.getMessage(),
                    e);
        }
    }

    @Override
    public HttpConnection create(URL url) throws IOException {
        return trusting(url, connections.create(url));
    }

    @Override
    public HttpConnection create(URL url, Proxy proxy) throws IOException {
        return trusting(url, connections.create(url, proxy));
    }

    private HttpConnection trusting(URL url, HttpConnection connection) throws IOException {
        if (url.getProtocol().equals("https")) {
            try {
                connection.configure(null, managers, null);
            } catch (GeneralSecurityException e) {
                throw new IOException("this Java cannot speak TLS", e);
            }
        }
        return connection;
    }
}
