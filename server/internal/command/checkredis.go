package command

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"jumun/server/internal/embeddedredis"
	"jumun/server/internal/eventlog"
	"jumun/server/internal/localredis"
)

// maxClockOffset is what clocks may differ by: those that are synchronised differ by milliseconds.
const maxClockOffset = 3 * time.Second

// checkRedis examines the Redis that the flags name.
func (c *checkCommand) checkRedis(ctx context.Context, env environment) (all []finding) {
	if c.Data != "" {
		program, err := localredis.Program()
		if err != nil {
			return []finding{{"Redis", bad, err.Error() + `: install one, such as by "apt install redis-server"`}}
		}
		return []finding{{"Redis", good, program + " keeps everything in " + c.Data}}
	}
	if c.Redis == "" {
		return []finding{{"Redis", warn, "there is no --redis and no --data: every order is forgotten when the server ends"}}
	}
	log, err := openLog(embeddedredis.Find(c.Redis), eventlog.Options{Replicas: c.Replicas, Topic: c.Topic, Intake: c.Intake}, slog.New(slog.DiscardHandler))
	if err != nil {
		return []finding{{"Redis", bad, env.language.message(err)}}
	}
	defer log.Close()
	is, err := log.Examine(ctx)
	if err != nil {
		all = append(all, finding{"Redis", bad, env.language.message(c.explain(err))})
	}
	if is.Answered {
		all = append(all, finding{"Redis", good, fmt.Sprintf("%s %s (%s), user %s, database %d", is.Name, is.Version, is.Mode, is.User, is.DB)})
	}
	for _, advice := range is.Advice {
		english, korean, _ := strings.Cut(advice, " / ")
		all = append(all, finding{"Redis", warn, env.language.choose(english, korean)})
	}
	if is.Ahead.Abs() > maxClockOffset {
		all = append(all, finding{"clock", warn, fmt.Sprintf("that of this machine is %v ahead of Redis's: synchronise both", is.Ahead.Round(time.Millisecond))})
	}
	return append(all, c.checkReplicas(is)...)
}

// explain names the address of the Redis that answered err, and what to do.
func (c *checkCommand) explain(err error) error {
	err = fmt.Errorf("%s: %w", redacted(c.Redis), err)
	if english, korean := redisAdvice(c.Redis, err); english != "" {
		return advise(err, english, korean)
	}
	return err
}

func (c *checkCommand) checkReplicas(is eventlog.Examination) []finding {
	switch {
	case c.Replicas == 0 && is.Mode == "sentinel":
		return []finding{{"replicas", warn, "a failover of Sentinels may lose the last orders: give --replicas 1"}}
	case c.Replicas == 0 || is.Replicas < 0:
		return nil
	case is.Replicas < c.Replicas:
		return []finding{{"replicas", bad, fmt.Sprintf("Redis has %d, --replicas asks for %d: publishers get 503, and orders of the topic and of the stream wait", is.Replicas, c.Replicas)}}
	case is.Replicas == c.Replicas:
		return []finding{{"replicas", warn, fmt.Sprintf("Redis has just the %d that --replicas asks for: while one is away, publishers get 503, and orders of the topic and of the stream wait", c.Replicas)}}
	}
	return []finding{{"replicas", good, fmt.Sprintf("Redis has %d, --replicas asks for %d", is.Replicas, c.Replicas)}}
}
