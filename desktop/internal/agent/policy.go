package agent

import (
	"context"
	"strings"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/settings"
)

// watchPolicy tells the loop what the administrator of this PC decides, until ctx ends.
func (a *Agent) watchPolicy(ctx context.Context) {
	settings.WatchPolicy(ctx, func(p settings.Policy) { a.post(func() { a.policy = p.Keeping(a.settings.Policy) }) })
}

// updatePolicy applies a policy that has changed. A move to another mart waits until the orders of this one are
// confirmed: they ring nowhere else in the store.
func (a *Agent) updatePolicy() {
	moves := a.policy.Mart != a.settings.Policy.Mart && a.policy.Mart != a.settings.Mart
	if a.policy == a.settings.Policy || moves && len(a.waiting) > 0 {
		return
	}
	a.Log.Info("the administrator of this PC has changed the policy", "managed", a.policy.Managed())
	s, err := a.loadSettings()
	if err != nil {
		a.Log.Error("the settings were not read again", "err", err)
		s = a.policy.Apply(a.settings)
	}
	before := a.settings
	a.applySettings(s)
	a.logPolicy()
	if isNotSet(s) && !isNotSet(before) {
		a.Log.Error("the policy of before said which mart this PC is of; now nothing does", "mart", before.Mart)
		a.openSettings()
	}
}

// logPolicy logs which values of the policy are not used.
func (a *Agent) logPolicy() {
	for _, p := range a.settings.Policy.Problems() {
		a.Log.Error("a value of the policy is not used", "name", p.Name, "why", a.Translator.Text(p.Problem))
	}
}

// PolicyText returns what people read of values of a policy that are not used; "" if all are.
func PolicyText(t *i18n.Translator, p settings.Policy) string {
	var values []string
	for _, problem := range p.Problems() {
		values = append(values, problem.Name+" ("+t.Text(problem.Problem)+")")
	}
	if len(values) == 0 {
		return ""
	}
	return t.Text("agent.policy-values", "Values", strings.Join(values, ", "))
}

// policyLine returns PolicyText as a line for the tray.
func (a *Agent) policyLine() string {
	if len(a.settings.Policy.Problems()) == 0 {
		return ""
	}
	return a.Translator.Text("agent.policy-wrong")
}
