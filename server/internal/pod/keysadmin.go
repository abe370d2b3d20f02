package pod

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"jumun/server/internal/auth"
	"jumun/server/internal/auth/keyring"
	"jumun/server/internal/httperror"
	"jumun/server/internal/redisconn"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// forAllMarts calls next for an admin of all marts: keys concern all of them.
func forAllMarts(method string, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method != method:
			httperror.Method(w, method)
		case !auth.From(r.Context()).Stands(wire.AnyMart):
			httperror.Forbidden(w, wire.RoleAdmin)
		default:
			next(w, r)
		}
	}
}

// listKeys serves wire.KeysPath.
func (p *Pod) listKeys(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*redisconn.IOTimeout) // there may be thousands
	defer cancel()
	list, err := p.keys.List(ctx, p.opts.Keys(), p.opts.Devices)
	if err != nil {
		p.log.Warn("the keys cannot be listed", "err", err)
		httperror.NotReady(w)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(wire.Keys{Keys: list}) // the client may be gone
}

// renewKey serves wire.KeyRenewalsPath.
func (p *Pod) renewKey(w http.ResponseWriter, r *http.Request) {
	kid, err := readKeyRenewal(w, r)
	if err != nil {
		httperror.Malformed(w, err)
		return
	}
	err = p.keys.Renew(r.Context(), kid)
	switch {
	case errors.Is(err, keyring.ErrUnknownKey) || errors.Is(err, keyring.ErrLent) || errors.Is(err, keyring.ErrSigns):
		httperror.Malformed(w, err)
	case err != nil:
		p.log.Warn("the renewal of a key's tokens cannot be asked for", "key", kid, "err", err)
		httperror.NotReady(w)
	default:
		p.log.Info("the tokens of a key are to be renewed", "key", kid, "by", auth.From(r.Context()).Subject)
		p.audit(r.Context(), "asked to renew the tokens of a key", "key", kid, "by", auth.From(r.Context()).Holder())
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(http.StatusNoContent)
	}
}

func readKeyRenewal(w http.ResponseWriter, r *http.Request) (kid string, err error) {
	body, err := httperror.ReadBody(w, r, wire.MaxPairing, 5*time.Second)
	var asked wire.KeyRenewal
	if err == nil && (len(body) > wire.MaxPairing || json.Unmarshal(body, &asked) != nil || asked.Key == "") {
		err = fmt.Errorf(`the body is not {"key"}: %w`, order.ErrMalformed)
	}
	return asked.Key, err
}
