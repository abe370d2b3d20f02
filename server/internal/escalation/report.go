package escalation

import (
	"context"
	"maps"
	"slices"

	"jumun/server/internal/escalation/webhook"
	"jumun/shared/order"
	"jumun/shared/wire"
)

func (e *Escalator) noteStatus(s wire.MartStatus) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.statuses[s.MartID] = s
}

// keepStatuses forgets the marts that are not on the list any more.
func (e *Escalator) keepStatuses(marts []order.MartID) {
	listed := make(map[order.MartID]bool, len(marts))
	for _, mart := range marts {
		listed[mart] = true
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	maps.DeleteFunc(e.statuses, func(mart order.MartID, _ wire.MartStatus) bool { return !listed[mart] })
}

// Statuses returns the marts as they were looked at last; none on the servers that do not act.
func (e *Escalator) Statuses() []wire.MartStatus {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Collect(maps.Values(e.statuses))
}

// TargetNames returns the names of the targets of now.
func (e *Escalator) TargetNames() (names []string) {
	for _, t := range e.policy.Load().Targets() {
		names = append(names, t.Name)
	}
	return names
}

// Outcomes are those of attempts to tell people.
var Outcomes = []string{webhook.Sent, webhook.Again, webhook.Failed, webhook.Dropped}

// Webhooks returns the targets, with what waits and what failed.
func (e *Escalator) Webhooks(ctx context.Context) (wire.Webhooks, error) {
	list := wire.Webhooks{Targets: []wire.WebhookTarget{}}
	for _, t := range e.policy.Load().Targets() {
		s, err := webhook.NewQueue(e.opts.Orders.Client(), t).Status(ctx)
		if err != nil {
			return wire.Webhooks{}, err
		}
		list.Targets = append(list.Targets, s)
	}
	return list, nil
}
