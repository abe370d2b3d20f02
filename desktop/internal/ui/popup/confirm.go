package popup

import "jumun/desktop/internal/ipc"

// confirm tells the agent, once, which card a person confirmed, or whose confirmation a person takes
// back.
func (p *Popup) confirm(key ipc.Key) {
	if !p.settled.Counts(key, p.now()) || p.isSent(key) {
		return
	}
	p.sent[key] = p.now()
	p.views[key].confirm.SetWaiting(true)
	if key.Kind == cardUndo {
		p.send(ipc.FromUI{Undo: p.state.Undo.N})
		return
	}
	p.send(ipc.FromUI{Confirm: []ipc.Key{key}})
}

// open shows the whole of a card, or ends that.
func (p *Popup) open(key ipc.Key) {
	if !p.settled.Counts(key, p.now()) || key.Kind == cardUndo {
		return
	}
	if p.opened == key {
		key = ipc.Key{}
	}
	p.opened = key
	p.arrange()
	p.Report()
}

// turn shows the next page of compact cards. The first one follows the last one.
func (p *Popup) turn() {
	if !p.settled.Counts(pageKey(), p.now()) {
		return
	}
	p.page = (p.page + 1) % p.placed.pages
	p.arrange()
	p.Report()
}

// confirmAll asks at the first press whether all orders are meant, and tells the agent at
// the second.
func (p *Popup) confirmAll() {
	now := p.now()
	if !p.settled.Counts(allKey(), now) || p.isSent(allKey()) {
		return
	}
	p.settled.Restart(allKey(), now)
	if p.all.armed.IsZero() {
		p.all.arm(now)
		return
	}
	p.all.disarm()
	p.all.confirm.SetWaiting(true)
	p.sent[allKey()] = now
	for _, k := range p.all.orders {
		p.sent[k] = now
		if v := p.views[k]; v != nil {
			v.confirm.SetWaiting(true)
		}
	}
	if p.beyond > 0 {
		p.send(ipc.FromUI{ConfirmAll: p.state.Seq})
		return
	}
	p.send(ipc.FromUI{Confirm: p.all.orders})
}

func (p *Popup) isSent(k ipc.Key) bool { return !p.sent[k].IsZero() }

// orders returns the keys of all cards that are orders, on whatever page.
func (p *Popup) orders() (keys []ipc.Key) {
	for _, c := range p.cards {
		if c.Kind == ipc.CardOrder {
			keys = append(keys, c.Key)
		}
	}
	return keys
}
