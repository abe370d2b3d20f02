package escalation

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"jumun/shared/order"
)

// maxPolicy is the longest policy file, in bytes: one with a few lines for each of tens of thousands of marts.
const maxPolicy = 8 << 20

// LoadPolicy reads a policy file. Its errors name the line, and what is wrong there.
func LoadPolicy(path string) (*Policy, error) {
	body, err := readPolicy(path)
	if err != nil {
		return nil, err
	}
	p, err := parsePolicy(body, filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return p, nil
}

func readPolicy(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	body, err := io.ReadAll(io.LimitReader(f, maxPolicy+1))
	if len(body) > maxPolicy {
		err = fmt.Errorf("%s: the file has more than %d bytes", path, maxPolicy)
	}
	return body, err
}

// at returns an error about a node of the file.
func at(node *yaml.Node, format string, args ...any) error {
	return fmt.Errorf("line %d: %s", node.Line, fmt.Sprintf(format, args...))
}

// The types of the file. Each field checks itself, as only it knows its line.
type (
	policyFile struct {
		Timezone zone                    `yaml:"timezone"`
		Language language                `yaml:"language"`
		Times    timesInFile             `yaml:"times"`
		Hours    *Hours                  `yaml:"hours"`
		Targets  []targetInFile          `yaml:"targets"`
		Marts    map[martID]rulesOfAMart `yaml:"marts"`
	}
	timesInFile struct {
		Undelivered *duration  `yaml:"undelivered"`
		Unconfirmed *durations `yaml:"unconfirmed"`
		Offline     *duration  `yaml:"offline"`
		Refused     *duration  `yaml:"refused"`
	}
	rulesOfAMart struct {
		Times   timesInFile  `yaml:"times"`
		Hours   *Hours       `yaml:"hours"`
		Targets []targetName `yaml:"targets"`
	}
	zone      struct{ *time.Location }
	duration  time.Duration
	durations []duration
	martID    order.MartID
)

// parsePolicy reads a policy file that stands in a folder.
func parsePolicy(body []byte, folder string) (*Policy, error) {
	var f policyFile
	decoder := yaml.NewDecoder(bytes.NewReader(body))
	decoder.KnownFields(true)
	if err := decoder.Decode(&f); err != nil && !errors.Is(err, io.EOF) { // an empty file has the defaults
		return nil, plain(err)
	}
	if decoder.Decode(new(yaml.Node)) != io.EOF {
		return nil, errors.New(`the file has a second document: remove what follows "---"`)
	}
	p := &Policy{zone: cmp.Or(f.Timezone.Location, time.Local), marts: make(map[order.MartID]rules), secrets: make(map[string][]byte)}
	p.general = rules{times: f.Times.over(defaultTimes), hours: f.Hours.or(Hours{})}
	if err := p.general.check(); err != nil {
		return nil, err
	}
	for i := range f.Targets {
		if err := p.addTarget(&f.Targets[i], f.Language, folder); err != nil {
			return nil, err
		}
	}
	for mart, r := range f.Marts {
		if err := p.addMart(order.MartID(mart), r); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// plain returns the first complaint of the library, without the names of our types.
func plain(err error) error {
	var many *yaml.TypeError
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	if errors.As(err, &many) && len(many.Errors) > 0 {
		text = many.Errors[0]
	}
	if before, _, ok := strings.Cut(text, " in type escalation."); ok {
		text = before
	}
	text, _, _ = strings.Cut(text, " into escalation.")
	return errors.New(text)
}

func (p *Policy) addMart(mart order.MartID, r rulesOfAMart) error {
	own := rules{times: r.Times.over(p.general.times), hours: r.Hours.or(p.general.hours)}
	if r.Targets != nil {
		own.targets = []string{}
	}
	for _, t := range r.Targets {
		if _, ok := p.Target(t.name); !ok {
			return fmt.Errorf("line %d: there is no target called %s", t.line, t.name)
		}
		own.targets = append(own.targets, t.name)
	}
	p.marts[mart] = own
	if err := own.check(); err != nil {
		return fmt.Errorf("mart %s: %w", mart, err)
	}
	return nil
}

// check reports what can never be told.
func (r rules) check() error {
	if longest := r.hours.longest(); r.times.Offline >= longest {
		return fmt.Errorf("mart.offline would never be told: offline is %v, and no opening is longer than %v", r.times.Offline, longest)
	}
	return nil
}

func (h *Hours) or(other Hours) Hours {
	if h == nil {
		return other
	}
	return *h
}

// over returns t, and where it says nothing what the others say.
func (t timesInFile) over(others Times) Times {
	set := func(to *time.Duration, d *duration) {
		if d != nil {
			*to = time.Duration(*d)
		}
	}
	set(&others.Undelivered, t.Undelivered)
	set(&others.Offline, t.Offline)
	set(&others.Refused, t.Refused)
	if t.Unconfirmed != nil {
		others.Unconfirmed = make([]time.Duration, len(*t.Unconfirmed))
		for i, d := range *t.Unconfirmed {
			others.Unconfirmed[i] = time.Duration(d)
		}
	}
	return others
}

// maxTimes is how often people are told of one order at most.
const maxTimes = 10

// UnmarshalYAML reads 90s, 3m or 1h30m.
func (d *duration) UnmarshalYAML(node *yaml.Node) error {
	parsed, err := time.ParseDuration(node.Value)
	if err != nil || parsed < time.Second || parsed > 24*time.Hour {
		return at(node, "%q is no time between 1s and 24h: write 90s, 3m or 1h30m", node.Value)
	}
	*d = duration(parsed)
	return nil
}

// UnmarshalYAML reads one time or a list of them, the shortest first.
func (d *durations) UnmarshalYAML(node *yaml.Node) error {
	nodes := []*yaml.Node{node}
	if node.Kind == yaml.SequenceNode {
		nodes = node.Content
	}
	for _, n := range nodes {
		var one duration
		if err := one.UnmarshalYAML(n); err != nil {
			return err
		}
		*d = append(*d, one)
	}
	if len(*d) == 0 || len(*d) > maxTimes || !slices.IsSorted(*d) {
		return at(node, "write 1 to %d times, the shortest first", maxTimes)
	}
	return nil
}

// UnmarshalYAML reads Asia/Seoul.
func (z *zone) UnmarshalYAML(node *yaml.Node) (err error) {
	if z.Location, err = time.LoadLocation(node.Value); err != nil || node.Value == "" {
		return at(node, "%q is no time zone: write Asia/Seoul", node.Value)
	}
	return nil
}

// UnmarshalYAML reads ko or en.
func (l *language) UnmarshalYAML(node *yaml.Node) error {
	if *l = language(node.Value); *l != korean && *l != english {
		return at(node, "language is ko or en")
	}
	return nil
}

// UnmarshalYAML reads the ID of a mart.
func (m *martID) UnmarshalYAML(node *yaml.Node) error {
	parsed, err := order.ParseMartID(node.Value)
	if err != nil {
		return at(node, "%v", err)
	}
	*m = martID(parsed)
	return nil
}
