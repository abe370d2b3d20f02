package eventlog

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redisconn"
	"jumun/shared/order"
	"jumun/shared/wire"
)

var (
	//go:embed testalarm.lua
	testScript string
	//go:embed testanswer.lua
	testAnswerScript string

	test       = redis.NewScript(martScript + testScript)
	testAnswer = redis.NewScript(testAnswerScript)
)

var (
	// ErrTestTooSoon is returned by Test if the mart had a test alarm within wire.TestEvery.
	ErrTestTooSoon = errors.New("the mart had a test alarm just now")
	// ErrNoTest is returned where an ID is not that of the mart's last test alarm, or its answers are kept no more.
	ErrNoTest = errors.New("there is no such test alarm")
	// ErrTestFull is returned by AnswerTest if wire.MaxTested devices have answered.
	ErrTestFull = errors.New("too many devices answer the test alarm")
)

// testNumber stands where an order's number does in the entry of a test alarm: servers of before read no entry without one,
// and would log each as foreign.
const testNumber order.OrderID = "test"

// testKey returns the key of the last test alarm of a mart: field "id", and for each device that has answered answerField.
func testKey(mart order.MartID) string { return redisconn.MartKey(mart, "test") }

func answerField(device string) string { return answerPrefix + device }

const answerPrefix = "of "

// Test appends and announces a test alarm, by an administrator. With ErrTestTooSoon it returns the one before.
func (l *Log) Test(ctx context.Context, mart order.MartID, by string) (order.Event, error) {
	e := order.Event{Mart: mart, Kind: order.Tested, By: order.Line(by, order.MaxName)}
	e, outcome, err := l.changeWith(ctx, test, e, testKey(mart), wire.TestEvery.Milliseconds(), wire.TestLife.Milliseconds())
	switch {
	case err != nil:
		return order.Event{}, fmt.Errorf("record a test alarm: %w", err)
	case outcome != isNew:
		return e, ErrTestTooSoon
	}
	return e, nil
}

// AnswerTest stores what a device tells of the last test alarm of its mart.
func (l *Log) AnswerTest(ctx context.Context, mart order.MartID, id order.ID, device string, a wire.TestAnswer) error {
	body, _ := json.Marshal(a) // it cannot fail
	outcome, err := testAnswer.Run(ctx, l.client, []string{testKey(mart)}, string(id), answerField(device), body, wire.MaxTested).Text()
	switch {
	case err != nil:
		return fmt.Errorf("store the answer to a test alarm: %w", err)
	case outcome == "unknown":
		return ErrNoTest
	case outcome == "full":
		return ErrTestFull
	}
	return nil
}

// A ToldTest is what a device told of a test alarm.
type ToldTest struct {
	wire.TestAnswer
	At time.Time // by the log's clock
}

// TestAnswers returns what devices told of the last test alarm of a mart, by their IDs.
func (l *Log) TestAnswers(ctx context.Context, mart order.MartID, id order.ID) (map[string]ToldTest, error) {
	fields, err := l.client.HGetAll(ctx, testKey(mart)).Result()
	if err != nil {
		return nil, fmt.Errorf("read the answers to a test alarm: %w", err)
	}
	if fields["id"] != string(id) {
		return nil, ErrNoTest
	}
	all := make(map[string]ToldTest)
	for field, text := range fields {
		device, is := strings.CutPrefix(field, answerPrefix)
		if told, ok := parseTold(text); is && ok {
			all[device] = told
		}
	}
	return all, nil
}

// parseTold reads what testanswer.lua has stored: milliseconds, a space and the answer.
func parseTold(text string) (told ToldTest, ok bool) {
	at, body, _ := strings.Cut(text, " ")
	ms, err := strconv.ParseInt(at, 10, 64)
	if err != nil || ms <= 0 {
		return ToldTest{}, false
	}
	told.TestAnswer, err = wire.ParseTestAnswer([]byte(body))
	told.At = time.UnixMilli(ms).UTC()
	return told, err == nil
}
