"""A member's day with Mastodon.py. Speaks with its test by lines: writes an address to allow, and reads a code."""

import os
import sys
import time
from datetime import datetime, timedelta, timezone
from io import BytesIO

from mastodon import Mastodon, MastodonNotFoundError, MastodonUnauthorizedError, StreamListener

ORIGIN = os.environ["ORIGIN"]
BOB, CAROL, POST, POLL = (int(os.environ[name]) for name in ("BOB", "CAROL", "POST", "POLL"))
PICTURE = bytes.fromhex(os.environ["PICTURE"])


def tell(word, what=""):
    print(word, what, flush=True)


def log_in():
    client_id, secret = Mastodon.create_app("Python", api_base_url=ORIGIN)
    app = Mastodon(client_id=client_id, client_secret=secret, api_base_url=ORIGIN)
    tell("allow", app.auth_request_url())
    app.log_in(code=sys.stdin.readline().strip())
    assert app.app_verify_credentials().name == "Python"
    return app


def looks_around(me):
    assert me.me().username == "alice"
    assert me.instance().uri
    assert me.instance_nodeinfo().software.name == "holdfast"
    assert me.instance_peers() == [] and isinstance(me.instance_activity(), list)
    assert me.instance_rules() == []
    assert me.preferences()["posting:default:visibility"] == "public"
    assert me.custom_emojis() == [] and me.announcements() == []
    assert isinstance(me.directory(), list) and isinstance(me.suggestions(), list)
    assert isinstance(me.trending_tags(), list) and isinstance(me.trending_statuses(), list)


def follows(me):
    assert me.account_follow(BOB, notify=True).notifying is True
    assert me.account_relationships([BOB, CAROL])[0].following is True
    first = me.timeline_home(limit=2)
    everything = me.fetch_remaining(first)
    ids = [status.id for status in everything if status.account.id == BOB]
    assert len(ids) == 6 and ids == sorted(ids, reverse=True), ids
    assert [status.id for status in me.fetch_previous(me.fetch_next(first))] == [status.id for status in first]
    marked = me.markers_set("home", ids[0])
    assert int(marked.home.last_read_id) == ids[0], (marked, ids)
    assert me.markers_get("home").home.version >= 1
    assert me.account_following(me.me().id)[0].id == BOB
    assert me.account_followers(BOB)[0].username == "alice"
    assert me.account_statuses(BOB, limit=1)[0].id == ids[0]
    familiar = me.account_familiar_followers(CAROL)
    assert int(familiar[0].id) == CAROL, familiar


def writes(me):
    status = me.status_post("Good #tea", spoiler_text="drink", language="en", idempotency_key="one")
    assert me.status_post("Good #tea", idempotency_key="one").id == status.id
    assert isinstance(status.created_at, datetime) and status.tags[0].name == "tea"
    answer = me.status_reply(status, "Indeed")
    assert me.status_context(status).descendants[0].id == answer.id
    assert me.status_update(status, "Better #tea").content.find("Better") > 0
    assert len(me.status_history(status)) == 2 and me.status_source(status).text == "Better #tea"
    assert me.status_pin(status).pinned and not me.status_unpin(status).pinned
    assert me.status_mute(status).muted and not me.status_unmute(status).muted
    assert me.timeline_hashtag("tea")[0].id == status.id
    assert me.timeline_public(limit=1)[0].id == answer.id and len(me.timeline_local(limit=2)) == 2
    me.status_delete(answer)
    try:
        me.status(answer)
        raise AssertionError("it is still there")
    except MastodonNotFoundError:
        pass
    asked = me.status_post("Tea?", poll=me.make_poll(["yes", "no"], 3600))
    assert asked.poll.expired is False
    me.poll_vote(POLL, [1])
    assert me.poll(POLL).own_votes == [1] and me.poll(POLL).voted is True


def likes(me):
    assert me.status_favourite(POST).favourited and me.status_bookmark(POST).bookmarked
    assert me.status_reblog(POST).reblog.id == POST
    assert me.favourites()[0].id == POST and me.bookmarks()[0].id == POST
    assert me.status_favourited_by(POST)[0].username == "alice"
    assert me.status_reblogged_by(POST)[0].username == "alice"
    me.status_unfavourite(POST), me.status_unbookmark(POST), me.status_unreblog(POST)


def is_told(me):
    told = me.notifications(limit=1)
    everything = me.fetch_remaining(told)
    assert {each.type for each in everything} == {"follow", "mention"}, everything
    assert me.notifications(types=["mention"])[0].status.id
    assert me.notifications(id=everything[0].id).id == everything[0].id
    me.notifications_dismiss(everything[0].id)
    me.notifications_clear()
    assert me.notifications() == []
    assert me.conversations() == []


def sorts(me):
    made = me.list_create("Friends")
    me.list_accounts_add(made, [BOB])
    assert me.list_accounts(made)[0].id == BOB and me.account_lists(BOB)[0].id == made.id
    assert me.timeline_list(made)[0].account.id == BOB
    assert me.list_update(made, "Best").title == "Best" and len(me.lists()) == 1
    me.list_accounts_delete(made, [BOB])
    me.list_delete(made)
    kept = me.filter_create("eel", ["home"], expires_in=3600)
    assert me.filters()[0].phrase == "eel" and me.filter(kept).id == kept.id
    assert me.filter_update(kept, phrase="conger").phrase == "conger"
    me.filter_delete(kept)
    assert me.featured_tag_create("tea").name == "tea"
    me.featured_tag_delete(me.featured_tags()[0])
    assert isinstance(me.featured_tag_suggestions(), list)


def keeps_apart(me):
    assert me.account_mute(CAROL, duration=600).muting and me.mutes()[0].id == CAROL
    assert not me.account_unmute(CAROL).muting
    assert me.account_block(CAROL).blocking and me.blocks()[0].id == CAROL
    assert not me.account_unblock(CAROL).blocking
    assert me.account_note_set(CAROL, "neighbour").note == "neighbour"
    me.domain_block("noise.example")
    assert me.domain_blocks() == ["noise.example"]
    me.domain_unblock("noise.example")
    assert me.account_lookup("carol").id == CAROL and me.account_search("carol")[0].id == CAROL
    assert me.search_v2("bob").accounts[0].id == BOB and me.account(BOB).username == "bob"
    assert me.follow_requests() == [] and me.endorsements() == []
    assert me.report(CAROL, comment="loud").id
    assert me.account_unfollow(BOB).following is False


def describes_herself(me):
    changed = me.account_update_credentials(display_name="Alice", note="I like tea", fields=[("Home", "here")])
    assert changed.display_name == "Alice" and changed.fields[0].name == "Home"
    shown = me.media_post(BytesIO(PICTURE), mime_type="image/png", description="Bands", synchronous=True)
    assert me.media_update(shown, description="Stripes", focus=(0.1, 0.2)).description == "Stripes"
    assert me.status_post("Look", media_ids=[shown]).media_attachments[0].id == shown.id
    changed = me.account_update_credentials(avatar=PICTURE, avatar_mime_type="image/png")
    assert "missing.png" not in changed.avatar


def plans(me):
    later = datetime.now(timezone.utc) + timedelta(hours=1)
    planned = me.status_post("Later", scheduled_at=later)
    assert me.scheduled_status(planned).params.text == "Later"
    me.scheduled_status_update(planned, later + timedelta(hours=1))
    assert len(me.scheduled_statuses()) == 1
    me.scheduled_status_delete(planned)


def wants_to_be_woken(me):
    _private, public = me.push_subscription_generate_keys()
    made = me.push_subscription_set("https://push.example/alice", public, mention_events=True)
    assert made.alerts.mention is True and me.push_subscription().id == made.id
    assert me.push_subscription_update(follow_events=True).alerts.follow is True
    me.push_subscription_delete()


def wait_until(is_so):
    deadline = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


class Listener(StreamListener):
    def __init__(self):
        self.heard = []

    def on_update(self, status):
        self.heard.append(status.id)


def listens(me):
    assert me.stream_healthy() is True
    listener = Listener()
    handle = me.stream_user(listener, run_async=True)
    wait_until(handle.is_receiving)
    status = me.status_post("Now")
    wait_until(lambda: status.id in listener.heard)
    handle.close()


def logs_out(me):
    token = me.access_token
    me.revoke_access_token()
    try:
        Mastodon(access_token=token, api_base_url=ORIGIN).me()
        raise AssertionError("the token still holds")
    except MastodonUnauthorizedError:
        pass


def main():
    me = log_in()
    day = [looks_around, follows, writes, likes, is_told, sorts, keeps_apart, describes_herself, plans]
    for part in [*day, wants_to_be_woken, listens, logs_out]:
        part(me)
        tell("done", part.__name__)


main()
