"""Publishing: windows that never overlap, addresses that never clash."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now

from articles.models import Article, Image, Publication
from publishing.history import save_revision
from publishing.models import State
from publishing.release import publish, release_waiting, unpublish, unschedule

pytestmark = pytest.mark.django_db


def soon(**amount):
    return datetime.now(UTC) + timedelta(**(amount or {"hours": 1}))


def state(article):
    return type(article).objects.with_state().get(pk=article.pk).state


def changed(article, title="Another title"):
    article.title = title
    article.save()
    return save_revision(article, None)


def test_states_follow_an_article_through_its_life(make_draft, pass_time):
    article = make_draft()
    assert state(article) == State.DRAFT

    publish(article, article.revisions.get(), at=soon())
    assert state(article) == State.SCHEDULED

    pass_time(hours=1, seconds=1)
    assert state(article) == State.LIVE

    changed(article)
    assert state(article) == State.CHANGED

    unpublish(article)
    assert state(article) == State.UNPUBLISHED


def test_an_article_changed_back_to_what_is_live_is_simply_live(make_article):
    article = make_article(title="First")
    changed(article)
    changed(article, "First")

    assert state(article) == State.LIVE


def test_a_moment_in_the_past_is_refused(make_draft):
    article = make_draft()

    with pytest.raises(ValidationError, match="future"):
        publish(article, article.revisions.get(), at=soon(hours=-1))

    assert not article.publications.exists()


def test_an_end_before_the_start_is_refused(make_draft):
    article = make_draft()

    with pytest.raises(ValidationError, match="end must be after"):
        publish(article, article.revisions.get(), at=soon(hours=2), until=soon(hours=1))


def test_publishing_now_replaces_what_was_scheduled(make_draft):
    article = make_draft()
    publish(article, article.revisions.get(), at=soon())

    publish(article, changed(article))

    assert article.publications.count() == 1
    assert state(article) == State.LIVE


def test_publications_of_an_article_follow_each_other_without_gap_or_overlap(make_article):
    article = make_article()
    publish(article, changed(article, "Second"))
    publish(article, changed(article, "Third"), at=soon())

    first, second, third = article.publications.order_by("live_from")

    assert first.live_until == second.live_from
    assert second.live_until == third.live_from
    assert third.live_until is None


def test_the_first_day_stays_when_an_article_is_published_again(make_article):
    article = make_article(at=soon(days=-30))
    publish(article, changed(article))

    first, second = article.publications.order_by("live_from")

    assert second.first_published_at == first.first_published_at
    assert second.was_updated


def test_an_address_that_another_live_article_holds_is_refused_and_nothing_changes(make_article, make_draft):
    make_article(slug="taken")
    other = make_article(slug="free")
    type(other).objects.filter(slug="taken").update(slug="renamed-draft")
    other.refresh_from_db()
    other.slug = "taken"
    other.save()

    with pytest.raises(ValidationError, match="Another page is live"):
        publish(other, save_revision(other, None))

    assert Publication.objects.live().get(article=other).slug == "free"


def test_the_database_itself_refuses_two_publications_at_once(make_article):
    publication = Publication.objects.get(article=make_article())
    publication.pk = None

    with pytest.raises(IntegrityError, match="publication_one_at_a_time"), transaction.atomic():
        publication.save(force_insert=True)


def test_unpublishing_forgets_what_was_scheduled(make_article):
    article = make_article()
    publish(article, changed(article), at=soon())

    assert unpublish(article)

    assert not article.publications.live().exists()
    assert not article.publications.upcoming().exists()
    assert unpublish(article) is False


def test_an_end_that_was_chosen_survives_a_cancelled_update(make_draft):
    article = make_draft()
    end = soon(days=3)
    publish(article, article.revisions.get(), until=end)
    publish(article, changed(article), at=soon(days=1))

    unschedule(article)

    assert article.publications.get().live_until == end


def test_an_ended_article_stays_on_record(make_article):
    article = make_article()

    unpublish(article)

    assert article.publications.get().live_until is not None


def test_a_publication_waits_for_its_pictures_and_goes_live_with_what_was_approved(make_draft, make_image):
    image = make_image(rendered=False)
    article = make_draft(image=image, title="Approved")
    assert publish(article, article.revisions.get()) is None
    assert state(article) == State.RENDERING
    changed(article, "Written afterwards")

    Image.objects.filter(pk=image.pk).update(rendered_at=Now())
    assert release_waiting(Article) == 1

    assert Publication.objects.live().get(article=article).title == "Approved"


def test_one_waiting_article_that_cannot_go_live_does_not_hold_up_another(make_draft, make_article, make_image):
    image = make_image(rendered=False)
    clash, fine = make_draft(image=image), make_draft(image=image)
    publish(clash, clash.revisions.get())
    publish(fine, fine.revisions.get())
    holder = make_article()
    Publication.objects.filter(article=holder).update(slug=clash.slug)
    Image.objects.filter(pk=image.pk).update(rendered_at=Now())

    assert release_waiting(Article) == 1

    assert state(fine) == State.LIVE
    clash.refresh_from_db()
    assert (state(clash), "Another page is live" in clash.waiting_fault) == (State.RENDERING, True)


def test_what_waits_for_pictures_keeps_its_end_and_who_published_it(make_draft, make_image, admin_user):
    image = make_image(rendered=False)
    article = make_draft(image=image)
    end = soon(days=2)
    publish(article, article.revisions.get(), until=end, by=admin_user)
    Image.objects.filter(pk=image.pk).update(rendered_at=Now())

    release_waiting(Article)

    publication = article.publications.get()
    assert (publication.live_until, publication.created_by) == (end, admin_user)


def test_a_schedule_put_off_forgets_the_earlier_moment(make_draft):
    article = make_draft()
    publish(article, article.revisions.get(), at=soon(hours=1))

    publish(article, article.revisions.get(), at=soon(hours=5))

    assert article.publications.get().live_from > soon(hours=4)


def test_a_put_off_update_leaves_the_live_text_until_then(make_article):
    article = make_article()
    publish(article, changed(article), at=soon(hours=1))

    publish(article, article.revisions.first(), at=soon(hours=5))

    live = article.publications.live().get()
    assert live.live_until > soon(hours=4)


@pytest.mark.django_db(transaction=True)
def test_publications_are_committed_in_the_order_of_their_times(make_draft):
    """Else a list could be remembered without the earlier one: see articles/listing.py."""
    first, second = make_draft(), make_draft()
    started = threading.Event()

    def publish_second():
        started.set()
        publish(second, second.revisions.get())
        connection.close()

    thread = threading.Thread(target=publish_second)
    with transaction.atomic():
        publish(first, first.revisions.get())
        thread.start()
        started.wait()
        assert not type(second).objects.get(pk=second.pk).publications.exists()
    thread.join()

    assert first.publications.get().live_from < second.publications.get().live_from


@pytest.mark.django_db(transaction=True)
def test_eight_publications_at_once_leave_one_live(make_draft):
    article = make_draft()
    revision = article.revisions.get()
    faults = []

    def attempt():
        try:
            publish(type(article).objects.get(pk=article.pk), revision)
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    assert article.publications.live().count() == 1
