package ai.thinkheads.phoenix.hosts.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.Gpus;
import ai.thinkheads.phoenix.hosts.port.GuestKind;
import ai.thinkheads.phoenix.hosts.port.GuestShell;
import ai.thinkheads.phoenix.hosts.port.GuestShell.Target;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scripts of the kind that features bring, run in simulated guests. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ReferenceFeaturesTest {

    @TempDir
    Path root;

    private Lab lab;

    @BeforeEach
    void ground() {
        lab = new Lab(root).ground();
        lab.host().gpus().installDriver(new Gpus.DriverConfig("580.76.05", null, null, true, false, true));
        lab.host()
                .containers()
                .create(
                        101,
                        Lab.container(
                                "gpu",
                                "guests",
                                List.of(
                                        new ContainerConfig.DeviceNode("/dev/nvidia0", "0666", null, null),
                                        new ContainerConfig.DeviceNode("/dev/nvidiactl", "0666", null, null))),
                        Lab.TEMPLATE);
        lab.host().containers().start(101);
    }

    private int code(String script, String version) {
        return lab.sh(Target.guest(GuestKind.CONTAINER, 101), script, Map.of("PHOENIX_VERSION", version))
                .exitCode();
    }

    private static final String BASE_CHECK = """
            set -e
            for tool in curl wget git jq rsync htop; do
              command -v "$tool" >/dev/null
            done
            """;

    @Test
    void tools_are_missing_until_they_are_installed() {
        assertThat(code(BASE_CHECK, "1")).isNotZero();
        assertThat(code("""
                set -eu
                export DEBIAN_FRONTEND=noninteractive
                apt-get update -q
                apt-get install -y -q ca-certificates curl wget git jq rsync htop locales
                """, "1")).isZero();
        assertThat(code(BASE_CHECK, "1")).isZero();
    }

    @Test
    void the_driver_in_a_container_has_to_be_the_hosts() {
        String check =
                "test \"$(nvidia-smi --query-gpu=driver_version --format=csv,noheader | head -n 1)\" = \"$PHOENIX_VERSION\"";
        String install = "apt-get install -y -q \"nvidia-utils-580=${PHOENIX_VERSION}*\"";
        assertThat(code(check, "580.76.05")).isNotZero();
        assertThat(code(install, "580.65.01")).isZero();
        assertThat(lab.sh(101, "nvidia-smi").exitCode()).isEqualTo(18);
        assertThat(code(install, "580.76.05")).isZero();
        assertThat(code(check, "580.76.05")).isZero();
        assertThat(lab.sh(101, "nvidia-smi -L").output())
                .startsWith("GPU 0: NVIDIA GeForce RTX 5060 Ti (UUID: GPU-")
                .hasLineCount(1);
    }

    @Test
    void a_virtual_environment_gets_programs_and_a_unit_serves_on_its_port() {
        String check =
                "systemctl is-active --quiet vllm && grep -q -- \"--model $MODEL --port $PORT \" /etc/systemd/system/vllm.service";
        Map<String, String> parameters =
                Map.of("MODEL", "ibm/granite-8b", "PORT", "8000", "MEMORY_SHARE", "0.85", "PHOENIX_VERSION", "0.11.0");
        Target guest = Target.guest(GuestKind.CONTAINER, 101);
        assertThat(lab.sh(guest, check, parameters).exitCode()).isNotZero();
        GuestShell.Result result = lab.sh(guest, """
                set -eu
                apt-get install -y -q python3 python3-venv python3-pip
                python3 -m venv /opt/vllm
                /opt/vllm/bin/pip install -q "vllm==$PHOENIX_VERSION"
                echo "$PHOENIX_VERSION" > /opt/vllm/VERSION
                test -x /opt/vllm/bin/vllm && test "$(cat /opt/vllm/VERSION)" = "$PHOENIX_VERSION"
                {
                  echo '[Unit]'
                  echo '[Service]'
                  echo "ExecStart=/opt/vllm/bin/vllm serve --model $MODEL --port $PORT --gpu-memory-utilization $MEMORY_SHARE"
                  echo '[Install]'
                } > /etc/systemd/system/vllm.service
                systemctl daemon-reload
                systemctl enable vllm
                systemctl restart vllm
                """, parameters);
        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(lab.sh(guest, check, parameters).exitCode()).isZero();
        assertThat(probe(8000, "/health").ok()).isTrue();
        assertThat(probe(8001, "/health").ok()).isFalse();

        assertThat(lab.sh(guest, "systemctl disable --now vllm; rm -f /etc/systemd/system/vllm.service", parameters)
                        .exitCode())
                .isZero();
        assertThat(probe(8000, "/health").ok()).isFalse();
    }

    private GuestShell.Result probe(int port, String path) {
        return lab.host()
                .shell()
                .probe(Target.guest(GuestKind.CONTAINER, 101), port, path, false, Duration.ofSeconds(5));
    }

    @Test
    void a_downloaded_archive_gives_the_program_that_is_taken_out_of_it() {
        GuestShell.Result result =
                lab.sh(Target.guest(GuestKind.CONTAINER, 101), """
                set -eu
                apt-get install -y -q curl
                mkdir -p /etc/traefik/dynamic
                curl -fsSL "https://example.org/traefik_v${PHOENIX_VERSION}_linux_amd64.tar.gz" \\
                  -o /tmp/traefik.tar.gz
                tar -C /usr/local/bin -xzf /tmp/traefik.tar.gz traefik
                rm -f /tmp/traefik.tar.gz
                test -x /usr/local/bin/traefik
                command -v traefik
                curl -fsSL https://example.org/ollama-linux-amd64.tgz -o /tmp/ollama.tgz
                tar -C /usr/local -xzf /tmp/ollama.tgz
                {
                  echo '[Service]'
                  echo 'Environment=OLLAMA_HOST=0.0.0.0:11434'
                  echo 'ExecStart=/usr/local/bin/ollama serve'
                } > /etc/systemd/system/ollama.service
                systemctl enable ollama
                systemctl restart ollama
                test -x /usr/local/bin/ollama
                """, Map.of("PHOENIX_VERSION", "3.6.2"));
        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(probe(11434, null).ok()).isTrue();
    }

    @Test
    void docker_needs_its_daemon_and_publishes_ports() {
        assertThat(lab.sh(101, "docker inspect portainer").exitCode()).isEqualTo(127);
        GuestShell.Result result = lab.sh(101, """
                set -eu
                apt-get install -y -q docker.io docker-compose-v2
                systemctl enable docker
                systemctl start docker
                docker run -d --name "portainer-2.33.1" --restart always -p 9443:9443 \\
                  -v /var/run/docker.sock:/var/run/docker.sock -v /opt/portainer:/data \\
                  "portainer/portainer-ce:2.33.1" --admin-password-file /data/admin-password
                docker inspect "portainer-2.33.1" >/dev/null
                """);
        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(probe(9443, null).ok()).isTrue();
        lab.host().containers().shutdown(101, Duration.ofSeconds(5));
        lab.host().containers().start(101);
        assertThat(probe(9443, null).ok()).isTrue();
    }

    @Test
    void a_here_document_a_umask_and_an_early_exit_leave_what_they_say() {
        GuestShell.Result result = lab.sh(
                Target.guest(GuestKind.CONTAINER, 101), """
                set -eu
                mkdir -p /etc/step-ca
                if ! test -f /etc/step-ca/config/ca.json; then
                  umask 077
                  printf '%s' "$PASSWORD" > /etc/step-ca/password
                  apt-get install -y -q step-cli step-ca >/dev/null
                  STEPPATH=/etc/step-ca step ca init --name "$NAME" --dns step-ca --address :9000 \\
                    --provisioner admin --password-file /etc/step-ca/password
                  mkdir -p /etc/step-ca/config
                  test -f /etc/step-ca/config/ca.json || echo '{}' > /etc/step-ca/config/ca.json
                fi
                cat > /etc/systemd/system/step-ca.service <<UNIT
                [Service]
                ExecStart=/usr/bin/step-ca /etc/step-ca/config/ca.json --address :9000
                Environment=NAME=$NAME
                UNIT
                systemctl restart step-ca
                stat -c '%a %s' /etc/step-ca/password
                false
                echo not reached
                """, Map.of("PASSWORD", "pa$$ word'\"", "NAME", "Internal CA"));
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.output()).contains("600 11").doesNotContain("not reached");
        assertThat(probe(9000, null).ok()).isTrue();
        assertThat(lab.host()
                        .person()
                        .look(101)
                        .files()
                        .get("/etc/step-ca/password")
                        .text())
                .isEqualTo("pa$$ word'\"");
    }

    @Test
    void scripts_run_on_the_host_too() {
        String check = "grep -q '^vm.swappiness = 10$' /etc/sysctl.d/90-phoenix.conf";
        assertThat(lab.sh(Target.HOST, check, Map.of()).exitCode()).isNotZero();
        assertThat(lab.sh(Target.HOST, """
                set -eu
                mkdir -p /etc/sysctl.d
                echo 'vm.swappiness = 10' > /etc/sysctl.d/90-phoenix.conf
                sysctl -q --system
                """, Map.of()).exitCode()).isZero();
        assertThat(lab.sh(Target.HOST, check, Map.of()).exitCode()).isZero();
        assertThat(lab.restart()
                        .shell()
                        .run(new GuestShell.Command(
                                Target.HOST,
                                List.of("sh", "-c", check),
                                Map.of(),
                                new byte[0],
                                Duration.ofSeconds(5),
                                true,
                                null))
                        .ok())
                .isTrue();
    }
}
