package main

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"jumun/server/internal/redistest"
	"jumun/shared/wire"
)

var (
	sample    = regexp.MustCompile(`^(jumun_\w+?)(_bucket|_sum|_count)?(?:\{(.*)\})? `)
	labelName = regexp.MustCompile(`(\w+)="`)
	tableRow  = regexp.MustCompile("(?m)^\\| `(jumun_\\w+)` \\| ([^|]*)\\|")
)

// labelsOf returns the metrics of a server, and the names of their labels.
func labelsOf(metrics string) map[string][]string {
	all := make(map[string]map[string]bool)
	for line := range strings.Lines(metrics) {
		m := sample.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		name := m[1]
		if all[name] == nil {
			all[name] = make(map[string]bool)
		}
		for _, l := range labelName.FindAllStringSubmatch(m[3], -1) {
			all[name][l[1]] = true
		}
	}
	sorted := make(map[string][]string)
	for name, labels := range all {
		sorted[name] = slices.Sorted(maps.Keys(labels))
	}
	return sorted
}

func TestEveryMetricAndItsLabelsAreDocumentedAndNoOther(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL(), "--escalation", newOffice(t).policy(t, ""))
	pairDevice(t, server.url, redis.URL(), "카운터") // else no key has a token
	eventually(t, "the token is counted", func() bool { return strings.Contains(text(t, server.url+wire.MetricsPath), "jumun_tokens{") })
	has := labelsOf(text(t, server.url+wire.MetricsPath))
	raw, err := os.ReadFile("OPERATING.md")
	if err != nil {
		t.Fatal(err)
	}
	checkDeploy(t, has)
	documented := make(map[string][]string)
	for _, row := range tableRow.FindAllStringSubmatch(string(raw), -1) {
		labels := strings.FieldsFunc(row[2], func(r rune) bool { return r == ',' || r == ' ' })
		slices.Sort(labels)
		documented[row[1]] = labels
	}
	for name, labels := range has {
		if got, is := documented[name]; !is || fmt.Sprint(got) != fmt.Sprint(labels) {
			t.Errorf("%s has the labels %v; OPERATING.md says %v", name, labels, got)
		}
	}
	for name := range documented {
		if _, is := has[name]; !is {
			t.Errorf("OPERATING.md has %s, and /metrics does not", name)
		}
	}
}

var (
	metricName = regexp.MustCompile(`jumun_[a-z_]+`)
	alertName  = regexp.MustCompile(`(?m)^ *- alert: (\w+)$`)
	runbookFor = regexp.MustCompile(`(?m)^## (\w+)$`)
)

// checkDeploy checks that alerts and dashboard ask for metrics that a server has.
func checkDeploy(t *testing.T, has map[string][]string) {
	t.Helper()
	for _, file := range []string{"deploy/alerts.yml", "deploy/dashboard.json"} {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range metricName.FindAllString(string(raw), -1) {
			name = strings.TrimSuffix(name, "_bucket")
			if _, is := has[name]; !is {
				t.Errorf("%s asks for %s, which no server has", file, name)
			}
		}
	}
}

// namesIn returns what pattern finds in a file, sorted.
func namesIn(t *testing.T, file string, pattern *regexp.Regexp) (names []string) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range pattern.FindAllStringSubmatch(string(raw), -1) {
		names = append(names, m[1])
	}
	slices.Sort(names)
	return names
}

func TestEveryAlertHasAParagraphInTheRunbookAndATestThatItFires(t *testing.T) {
	alerts := namesIn(t, "deploy/alerts.yml", alertName)
	if runbook := namesIn(t, "deploy/RUNBOOK.md", runbookFor); !slices.Equal(alerts, runbook) || len(alerts) == 0 {
		t.Errorf("alerts are %v, the runbook has %v", alerts, runbook)
	}
	for _, kind := range []string{"fires", "silent"} {
		if tested := namesIn(t, "deploy/alerts_test.yml", regexp.MustCompile(`(?m)^- name: (\w+) `+kind+`$`)); !slices.Equal(alerts, tested) {
			t.Errorf("alerts are %v; that one is %s is tested of %v", alerts, kind, tested)
		}
	}
}

func TestCountersBeginAtZeroAndLatenciesAreCounted(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL())
	for _, name := range []string{`jumun_orders_total{outcome="dropped",way="topic"}`, `jumun_malformed_total{reason="not-json",way="stream"}`,
		`jumun_pairings_total{outcome="paired"}`, `jumun_refused_total{reason="revoked",role="device"}`, `jumun_streams_ended_total{reason="slow"}`} {
		if !strings.Contains(text(t, server.url+wire.MetricsPath), "\n"+name+" 0\n") {
			t.Errorf("%s does not begin at 0", name)
		}
	}
	pc := connect(t, server.url, "42")
	paid(t, server, "42", "1")
	e := pc.next(t)
	res := ask(t, as(t, signed(t, claims(wire.RoleDevice, "42")), "POST", server.url+wire.AcksPath("42"), `{"acks":[{"id":"`+e["id"]+`","orderId":"1"}]}`))
	if said := read(t, res); !strings.Contains(said, wire.OutcomeConfirmed) {
		t.Fatal(said)
	}
	for _, name := range []string{`jumun_delivery_seconds_bucket{le="60"}`, `jumun_confirmation_seconds_bucket{le="60"}`, `jumun_streams_by_app{version="unknown"}`} {
		eventually(t, name, func() bool { return count(t, server, name) >= 1 })
	}
}

func TestTheBacklogOfTheStreamIsCounted(t *testing.T) {
	redis := redistest.Start(t)
	redis.Ask("SET", "jumun:mart:{42}:log", "broken")
	redis.Ask("XADD", "jumun:orders", "*", "martId", "42", "orderId", "1")
	server := serve(t, "--redis", redis.URL())
	eventually(t, "the order waits", func() bool { return count(t, server, `jumun_way_in_backlog{way="stream"}`) == 1 })
}
