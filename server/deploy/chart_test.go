package deploy

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// helm is the program that renders charts, pinned.
const helm = "helm.sh/helm/v3/cmd/helm@v3.22.0"

// render returns the objects of the chart with these values. Its error has what helm said.
func render(binary string, values ...string) (string, error) {
	return renderChart(binary, "helm", values...)
}

// renderChart renders a folder or an archive.
func renderChart(binary, chart string, values ...string) (string, error) {
	args := []string{"template", "shop", chart, "--kube-version", "1.34.0"}
	for _, v := range values {
		args = append(args, "--set", v)
	}
	var out, said strings.Builder
	cmd := exec.Command(binary, args...)
	cmd.Stdout, cmd.Stderr = &out, &said // it tells of the link alerts.yml each time
	if err := cmd.Run(); err != nil {
		return out.String() + said.String(), err
	}
	return out.String(), nil
}

func TestTheChartRendersWhatItShouldAndRefusesNonsense(t *testing.T) {
	binary := helmBinary(t)
	if out, err := exec.Command(binary, "lint", "--strict", "helm").CombinedOutput(); err != nil {
		t.Errorf("lint: %s", out)
	}
	tests := []struct {
		name   string
		values []string
		has    []string
		lacks  []string
	}{
		{"as it is", nil,
			[]string{"kind: Deployment", "replicas: 2", "kind: PodDisruptionBudget", "terminationGracePeriodSeconds: 35", "--drain=20s", "maxUnavailable: 0", "readOnlyRootFilesystem: true",
				"runAsNonRoot: true", "enableServiceLinks: false", "sleep: {seconds: 5}", "secretKeyRef: {name: jumun-redis, key: url}", "periodSeconds: 2"},
			[]string{"kind: Ingress", "kind: HTTPRoute", "kind: NetworkPolicy", "kind: ServiceMonitor", "kind: HorizontalPodAutoscaler", "password"}},
		{"a longer drain", []string{"drainSeconds=60"}, []string{"terminationGracePeriodSeconds: 75", "--drain=60s"}, nil},
		{"settings", []string{"settings.JUMUN_TOPIC=paid", "redis.replicas=1"}, []string{`{name: JUMUN_TOPIC, value: "paid"}`, "--replicas=1"}, nil},
		{"an Ingress", []string{"ingress.enabled=true"}, []string{"kind: Ingress", `proxy-buffering: "off"`, "path: /v1/", "path: /receiver", "path: /jumun.js"}, nil},
		{"an HTTPRoute", []string{"httpRoute.enabled=true"}, []string{"kind: HTTPRoute", "value: /v1/", "value: /receiver", "value: /jumun.js"}, []string{"timeouts:"}},
		{"autoscaling", []string{"autoscaling.enabled=true"}, []string{"name: jumun_streams_open", `averageValue: "10000"`}, []string{"replicas: 2\n  selector"}},
		{"a network policy", []string{"networkPolicy.enabled=true"}, []string{"kind: NetworkPolicy", "port: 6379"}, nil},
		{"the operator's", []string{"serviceMonitor.enabled=true", "prometheusRule.enabled=true"}, []string{"kind: ServiceMonitor", "kind: PrometheusRule", "alert: JumunRedisAway", "{{ $labels.way }}"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, err := render(binary, tt.values...)
			if err != nil {
				t.Fatal(out)
			}
			for _, want := range tt.has {
				if !strings.Contains(out, want) {
					t.Errorf("it lacks %q:\n%s", want, out)
				}
			}
			for _, not := range tt.lacks {
				if strings.Contains(out, not) {
					t.Errorf("it has %q", not)
				}
			}
		})
	}
	for _, nonsense := range []string{"replica=3", "replicas=0", "ingress.hosts=x", "settings.JUMUN_listen=x", "settings.LANG=ko", "image.pullPolicy=Sometimes", "keys.secret=", "service.port=99999", "drainSeconds=20s"} {
		if out, err := render(binary, nonsense); err == nil {
			t.Errorf("%s is taken", nonsense)
		} else if !strings.Contains(out, "values don't meet the specifications") {
			t.Errorf("%s: %s", nonsense, out)
		}
	}
}

func TestTheArchiveIsTheChartWithTheNumberOfTheRelease(t *testing.T) {
	binary := helmBinary(t)
	t.Setenv("SOURCE_DATE_EPOCH", "1700000000")
	archive := filepath.Join(t.TempDir(), "chart.tgz")
	shell(t, ".", "packages/chart", "1.2.3", archive)
	shell(t, ".", binary, "lint", "--strict", archive)
	of := func(chart string) string {
		out, err := renderChart(binary, chart, "prometheusRule.enabled=true")
		if err != nil {
			t.Fatal(out)
		}
		return out
	}
	want := strings.NewReplacer(`"0.0.0"`, `"1.2.3"`, "server-0.0.0", "server-1.2.3", "server:0.0.0", "server:1.2.3").Replace(of("helm"))
	if got := of(archive); got != want || !strings.Contains(got, `image: "jumun-server:1.2.3"`) {
		t.Errorf("it renders\n%s\nand not\n%s", got, want)
	}
}

// helmBinary builds helm, which takes five minutes the first time.
func helmBinary(t *testing.T) string {
	t.Helper()
	if os.Getenv("JUMUN_TEST_DEPLOY") == "" {
		t.Skip("building helm takes five minutes the first time: make test-deploy")
	}
	return goInstall(t, helm)
}

// goInstall returns the program of a package, such as example.com/cmd/name@v1.0.0.
func goInstall(t *testing.T, pkg string) string {
	t.Helper()
	dir := t.TempDir()
	install := exec.Command("go", "install", pkg)
	install.Env, install.Dir = append(os.Environ(), "GOBIN="+dir, "GOFLAGS=-mod=mod"), dir
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	path, _, _ := strings.Cut(pkg, "@")
	return filepath.Join(dir, filepath.Base(path))
}
