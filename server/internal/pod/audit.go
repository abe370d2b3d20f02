package pod

import (
	"context"
	"fmt"

	"jumun/server/internal/audit"
	"jumun/server/internal/requestid"
)

// audit keeps what somebody did by a request. attributes are names and values, as the log takes them. That it is
// not kept is no reason not to do it.
func (p *Pod) audit(ctx context.Context, did string, attributes ...any) {
	e := audit.Entry{Way: audit.Server, Did: did, Request: requestid.Of(ctx), Details: make(map[string]any)}
	for i := 0; i+1 < len(attributes); i += 2 {
		name, value := fmt.Sprint(attributes[i]), fmt.Sprint(attributes[i+1])
		switch {
		case name == "by":
			e.By = value
		case value != "":
			e.Details[name] = value
		}
	}
	if err := p.opts.Devices.Trail.Write(ctx, e); err != nil {
		p.log.Warn("what somebody did is in this log only", "err", err)
	}
}
