package deploy

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

const (
	// kubeconform checks objects against the JSON schemas of a Kubernetes' kinds, pinned.
	kubeconform = "github.com/yannh/kubeconform/cmd/kubeconform@v0.8.0"
	// kubernetes, gateway and operator have these schemas, so that nothing but Go modules is downloaded.
	kubernetes = "k8s.io/kubernetes@v1.34.4"
	gateway    = "sigs.k8s.io/gateway-api@v1.4.1"
	operator   = "github.com/prometheus-operator/prometheus-operator@v0.85.0"
)

func TestKubernetesKnowsEveryFieldThatTheChartSets(t *testing.T) {
	binary := helmBinary(t)
	out, err := render(binary, "ingress.enabled=true", "httpRoute.enabled=true", "httpRoute.gatewayNamespace=web", "autoscaling.enabled=true", "networkPolicy.enabled=true",
		"serviceMonitor.enabled=true", "prometheusRule.enabled=true", "podAnnotations.a=b", "imagePullSecrets[0].name=pull", "settings.JUMUN_TOPIC=paid")
	if err != nil {
		t.Fatal(out)
	}
	conforms := goInstall(t, kubeconform)
	schemas := writeSchemas(t)
	conform := func(objects string) ([]byte, error) {
		cmd := exec.Command(conforms, "-strict", "-summary", "-schema-location", schemas+"/{{.ResourceKind}}{{.KindSuffix}}.json")
		cmd.Stdin = strings.NewReader(objects)
		return cmd.CombinedOutput()
	}
	said, err := conform(out)
	if err != nil || !bytes.Contains(said, []byte("Valid: 9, Invalid: 0, Errors: 0, Skipped: 0")) {
		t.Errorf("%v: %s", err, said)
	}
	for right, wrong := range map[string]string{"minReadySeconds: 10": "minReadySecond: 10", "maxUnavailable: 1": "maxUnavailable: [1]", "runAsNonRoot: true": "runAsNonRoot: yes please", "hostnames:": "hosts:", "jobLabel:": "joblabel:"} {
		if said, err := conform(strings.ReplaceAll(out, right, wrong)); err == nil || !bytes.Contains(said, []byte("is invalid")) {
			t.Errorf("%q is taken: %s", wrong, said)
		}
	}
}

// writeSchemas writes a schema of each kind of Kubernetes', and of those of others that the chart has, into a folder,
// named as kubeconform asks for it. All refuse fields that they do not know, as "kubectl apply" does.
func writeSchemas(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	var swagger struct {
		Definitions map[string]map[string]any
	}
	raw := readModule(t, kubernetes, "api/openapi-spec/swagger.json")
	if err := json.Unmarshal(raw, &swagger); err != nil {
		t.Fatal(err)
	}
	for name, definition := range swagger.Definitions {
		close(definition)
		kinds, _ := definition["x-kubernetes-group-version-kind"].([]any)
		for _, kind := range kinds {
			kind := kind.(map[string]any)
			writeJSON(t, schemaFile(dir, kind["group"].(string), kind["version"].(string), kind["kind"].(string)), map[string]any{"$ref": "definitions.json#/definitions/" + name})
		}
	}
	// The schema of this type says "string" alone, and its format what it means.
	swagger.Definitions["io.k8s.apimachinery.pkg.util.intstr.IntOrString"] = map[string]any{"type": []string{"string", "integer"}}
	writeJSON(t, filepath.Join(dir, "definitions.json"), map[string]any{"definitions": swagger.Definitions})
	for file, module := range map[string]string{
		"config/crd/standard/gateway.networking.k8s.io_httproutes.yaml":              gateway,
		"example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml": operator,
		"example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml": operator,
	} {
		writeResource(t, dir, readModule(t, module, file))
	}
	return dir
}

// writeResource writes the schemas of a custom resource's versions.
func writeResource(t *testing.T, dir string, raw []byte) {
	t.Helper()
	var resource struct {
		Spec struct {
			Group    string
			Names    struct{ Kind string }
			Versions []struct {
				Name   string
				Schema struct {
					OpenAPIV3Schema map[string]any `yaml:"openAPIV3Schema"`
				}
			}
		}
	}
	if err := yaml.Unmarshal(raw, &resource); err != nil {
		t.Fatal(err)
	}
	for _, version := range resource.Spec.Versions {
		schema := version.Schema.OpenAPIV3Schema
		close(schema)
		schema["properties"].(map[string]any)["metadata"] = map[string]any{"$ref": "definitions.json#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"}
		writeJSON(t, schemaFile(dir, resource.Spec.Group, version.Name, resource.Spec.Names.Kind), schema)
	}
}

// close makes a schema, and those in it, refuse fields that they do not name.
func close(schema any) {
	switch schema := schema.(type) {
	case map[string]any:
		_, fields := schema["properties"].(map[string]any)
		if _, more := schema["additionalProperties"]; fields && !more {
			schema["additionalProperties"] = false
		}
		for _, inner := range schema {
			close(inner)
		}
	case []any:
		for _, inner := range schema {
			close(inner)
		}
	}
}

// schemaFile returns the name that kubeconform gives a kind: deployment-apps-v1.json, service-v1.json.
func schemaFile(dir, group, version, kind string) string {
	name := kind + "-" + version
	if group, _, _ = strings.Cut(group, "."); group != "" {
		name = kind + "-" + group + "-" + version
	}
	return filepath.Join(dir, strings.ToLower(name)+".json")
}

func writeJSON(t *testing.T, file string, value any) {
	t.Helper()
	raw, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		t.Fatal(err)
	}
}

// readModule returns a file of a Go module, which is downloaded if need be.
func readModule(t *testing.T, module, file string) []byte {
	t.Helper()
	download := exec.Command("go", "mod", "download", "-json", module)
	download.Dir = t.TempDir()
	out, err := download.Output()
	if err != nil {
		t.Fatalf("%s: %v: %s", module, err, out)
	}
	var at struct{ Dir string }
	if err := json.Unmarshal(out, &at); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(filepath.Join(at.Dir, file))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
