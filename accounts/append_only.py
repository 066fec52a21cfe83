"""Tables that only grow: a row, once stored, is never changed and never deleted.

Three walls, for three kinds of mistake: the model refuses `save()` and `delete()` on a stored row, the
queryset refuses to update or delete many, and triggers in the database refuse what goes round both.

    class Target(AppendOnlyModel):
        ...
        class Meta(AppendOnlyModel.Meta):
            ...

    operations = [migrations.CreateModel("Target", ...), *append_only_operations("dataset_target")]

Foreign keys from and to such a table must PROTECT: a cascade or a SET NULL would be refused by the database.
"""

from collections.abc import Iterable
from typing import Any, NoReturn, TypeVar

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation


class AppendOnlyError(Exception):
    """Someone tried to change or delete a row of a table that only grows."""


def _refuse(model: type[models.Model], what: str) -> NoReturn:
    raise AppendOnlyError(
        f"{model._meta.label} is append-only, so a stored row cannot be {what}. Add a new row instead."
    )


_Row = TypeVar("_Row", bound=models.Model, covariant=True)


class AppendOnlyQuerySet(models.QuerySet[_Row]):
    """Reads and adds; raises `AppendOnlyError` on every way to change or delete."""

    def update(self, **kwargs: Any) -> NoReturn:
        _refuse(self.model, "changed")

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        _refuse(self.model, "changed")

    def update_or_create(self, *args: Any, **kwargs: Any) -> NoReturn:
        _refuse(self.model, "changed")

    def delete(self) -> NoReturn:
        _refuse(self.model, "deleted")

    def _raw_delete(self, using: str | None) -> NoReturn:
        _refuse(self.model, "deleted")

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        if kwargs.get("update_conflicts"):
            _refuse(self.model, "changed")
        return super().bulk_create(objs, *args, **kwargs)


class AppendOnlyModel(models.Model):
    """A model whose rows can be added and read, and nothing else."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True
        # Django itself deletes and updates through the base manager.
        base_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert the row; raises `AppendOnlyError` if it is stored already."""
        if not self._state.adding:
            _refuse(type(self), "changed")
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        _refuse(type(self), "deleted")


def append_only_operations(table: str) -> list[Operation]:
    """The operations that make the database refuse to change rows of `table`; reversible.

    UPDATE is refused on SQLite and on PostgreSQL, DELETE on PostgreSQL alone: on SQLite Django empties tables
    between tests with DELETE (on PostgreSQL with TRUNCATE, which fires no row trigger). Refusals arrive as
    `IntegrityError`.

    SQLite cannot alter a column: Django copies the table to a new one, and the triggers go with the old. So a
    migration that alters such a table ends with these operations again (they replace what they find).
    """

    def forwards(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
        for statement in _drop(table, schema_editor) + _create(table, schema_editor):
            schema_editor.execute(statement, params=None)

    def backwards(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
        for statement in _drop(table, schema_editor):
            schema_editor.execute(statement, params=None)

    return [migrations.RunPython(forwards, backwards, elidable=False)]


def trigger_name(table: str) -> str:
    """What the database calls the trigger that guards `table`."""
    return f"{table}_append_only"


def _create(table: str, schema_editor: BaseDatabaseSchemaEditor) -> list[str]:
    quote, trigger = schema_editor.quote_name, trigger_name(table)
    message = f"{table} is append-only: add a new row instead"
    if schema_editor.connection.vendor == "sqlite":
        return [
            f"CREATE TRIGGER {quote(trigger)} BEFORE UPDATE ON {quote(table)} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        ]
    if schema_editor.connection.vendor == "postgresql":
        return [
            f"CREATE FUNCTION {quote(trigger)}() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN "
            f"RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END $body$",
            f"CREATE TRIGGER {quote(trigger)} BEFORE UPDATE OR DELETE ON {quote(table)} "
            f"FOR EACH ROW EXECUTE FUNCTION {quote(trigger)}()",
        ]
    raise NotImplementedError(f"No append-only trigger is written for {schema_editor.connection.vendor}.")


def _drop(table: str, schema_editor: BaseDatabaseSchemaEditor) -> list[str]:
    quote, trigger = schema_editor.quote_name, trigger_name(table)
    if schema_editor.connection.vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {quote(trigger)}"]
    return [
        f"DROP TRIGGER IF EXISTS {quote(trigger)} ON {quote(table)}",
        f"DROP FUNCTION IF EXISTS {quote(trigger)}()",
    ]
