package escalation

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"jumun/server/internal/escalation/webhook"
	"jumun/shared/order"
)

// The types of a target in the file.
type (
	targetInFile struct {
		line         int
		Name         string     `yaml:"name"`
		URL          targetURL  `yaml:"url"`
		Format       format     `yaml:"format"`
		Secrets      []secret   `yaml:"secrets"`
		SecretsFile  string     `yaml:"secrets-file"`
		Causes       causeNames `yaml:"causes"`
		Language     language   `yaml:"language"`
		AllowHTTP    bool       `yaml:"allow-http"`
		AllowPrivate bool       `yaml:"allow-private"`
	}
	targetName struct {
		name string
		line int
	}
	targetURL  struct{ *url.URL }
	format     string
	secret     []byte
	causeName  Cause
	causeNames []causeName
)

func (p *Policy) addTarget(t *targetInFile, general language, folder string) error {
	wrong := func(format string, args ...any) error {
		return fmt.Errorf("line %d: %s", t.line, fmt.Sprintf(format, args...))
	}
	if order.Line(t.Name, order.MaxName) != t.Name || t.Name == "" {
		return wrong("a target needs a name of one line")
	}
	if _, ok := p.Target(t.Name); ok {
		return wrong("there are two targets called %s", t.Name)
	}
	if t.URL.URL == nil {
		return wrong("the target %s needs a url", t.Name)
	}
	if t.URL.Scheme != "https" && !t.AllowHTTP {
		return wrong("the url of %s is not https://: whoever is on the way would read it; allow-http: true allows it", t.Name)
	}
	secrets, err := t.secrets(folder, p.secrets)
	switch {
	case err != nil:
		return wrong("the target %s: %v", t.Name, err)
	case len(secrets) == 0 && t.Format != webhook.Slack:
		return wrong("the target %s needs secrets or secrets-file, by which it knows who sends", t.Name)
	}
	to := target{language: cmp.Or(t.Language, general, korean)}
	to.Target = webhook.Target{Name: t.Name, URL: t.URL.URL, Secrets: secrets, Format: cmp.Or(string(t.Format), webhook.Standard), AllowHTTP: t.AllowHTTP, AllowPrivate: t.AllowPrivate}
	for _, c := range t.Causes {
		to.causes = append(to.causes, Cause(c))
	}
	p.targets = append(p.targets, to)
	return nil
}

// secrets returns the secrets in the policy and those in the file, one a line. It adds the file to those that were read.
func (t *targetInFile) secrets(folder string, read map[string][]byte) (all [][]byte, err error) {
	for _, s := range t.Secrets {
		all = append(all, s)
	}
	if t.SecretsFile == "" {
		return all, nil
	}
	path := t.SecretsFile
	if !filepath.IsAbs(path) {
		path = filepath.Join(folder, path)
	}
	body, err := readPolicy(path)
	if err != nil {
		return nil, err
	}
	read[path] = body
	for line := range strings.FieldsSeq(string(body)) {
		s, err := webhook.ParseSecret(line)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		all = append(all, s)
	}
	return all, nil
}

// UnmarshalYAML notes the line, and reads the fields.
func (t *targetInFile) UnmarshalYAML(node *yaml.Node) error {
	type plainTarget targetInFile // without this method
	if err := strictly(node, (*plainTarget)(t)); err != nil {
		return err
	}
	t.line = node.Line
	return nil
}

// strictly decodes a mapping whose keys must all be fields. The library's own check ends where a type reads itself.
func strictly(node *yaml.Node, into any) error {
	if node.Kind != yaml.MappingNode {
		return at(node, "a target is name: …, url: …")
	}
	known := []string{"name", "url", "format", "secrets", "secrets-file", "causes", "language", "allow-http", "allow-private"}
	for i := 0; i < len(node.Content); i += 2 {
		if key := node.Content[i]; !slices.Contains(known, key.Value) {
			return at(key, "field %s not found; a target has %s", key.Value, strings.Join(known, ", "))
		}
	}
	return node.Decode(into)
}

// UnmarshalYAML reads the name of a target.
func (t *targetName) UnmarshalYAML(node *yaml.Node) error {
	t.name, t.line = node.Value, node.Line
	return nil
}

// UnmarshalYAML reads a URL.
func (u *targetURL) UnmarshalYAML(node *yaml.Node) error {
	parsed, err := ParseURL(node.Value)
	if err != nil {
		return at(node, "%v", err)
	}
	u.URL = parsed
	return nil
}

// ParseURL reads the URL of a target.
func ParseURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, errors.New("the url of a target is https://…") // which is not repeated: it may be a secret
	}
	return u, nil
}

// UnmarshalYAML reads standard or slack.
func (f *format) UnmarshalYAML(node *yaml.Node) error {
	if *f = format(node.Value); *f != webhook.Standard && *f != webhook.Slack {
		return at(node, "format is %s or %s", webhook.Standard, webhook.Slack)
	}
	return nil
}

// UnmarshalYAML reads whsec_….
func (s *secret) UnmarshalYAML(node *yaml.Node) error {
	parsed, err := webhook.ParseSecret(node.Value)
	if err != nil {
		return at(node, "%v", err)
	}
	*s = parsed
	return nil
}

// UnmarshalYAML reads a list of causes.
func (c *causeNames) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.SequenceNode && len(node.Content) == 0 {
		return at(node, "causes names none: leave it out to tell them all")
	}
	return node.Decode((*[]causeName)(c))
}

// UnmarshalYAML reads order.unconfirmed.
func (c *causeName) UnmarshalYAML(node *yaml.Node) error {
	if *c = causeName(node.Value); !slices.Contains(Causes(), Cause(*c)) {
		return at(node, "%q is no cause: they are %s", node.Value, strings.Trim(fmt.Sprint(Causes()), "[]"))
	}
	return nil
}
