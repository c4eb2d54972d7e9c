"""Field classes of packages often used beside Django, for where their source is not at hand: what `deconstruct()` of them keeps."""

from __future__ import annotations

from collections.abc import Mapping

from ready_gate.facts.django.field_kinds import DB, NAMES, Kind
from ready_gate.facts.views.schema import Named

_TEXT, _IMAGE, _FOREIGN = f"{DB}.TextField", f"{DB}.ImageField", f"{DB}.ForeignKey"
_NOW = Named("django.utils.timezone.now")
_MODIFIED = Kind(f"{DB}.DateTimeField", always={"default": _NOW, "editable": False})
_EDITOR = Kind(_TEXT, never="config_name extra_plugins external_plugin_resources extends")
_THUMBNAILS = Kind(_IMAGE, never="resize_source thumbnail_storage")

PACKAGES: Mapping[str, Kind] = {
    "phonenumber_field.modelfields.PhoneNumberField": Kind(f"{DB}.CharField", always={"max_length": 128, "region": None}),
    "model_utils.fields.AutoCreatedField": _MODIFIED,
    "model_utils.fields.AutoLastModifiedField": _MODIFIED,
    "taggit.managers.TaggableManager": Kind(
        parameters="verbose_name help_text through blank related_name to ordering manager",
        dropped={"related_name": None, "ordering": None},
        always={"verbose_name": "Tags", "help_text": "A comma-separated list of tags.", "through": "taggit.taggeditem", "to": "taggit.tag"},
        never="manager serialize",
    ),
    "mptt.fields.TreeForeignKey": Kind(_FOREIGN),
    "mptt.fields.TreeOneToOneField": Kind(f"{DB}.OneToOneField"),
    "mptt.fields.TreeManyToManyField": Kind(f"{DB}.ManyToManyField"),
    "mptt.models.TreeForeignKey": Kind(_FOREIGN),
    "mptt.models.TreeManyToManyField": Kind(f"{DB}.ManyToManyField"),
    "ckeditor.fields.RichTextField": _EDITOR,
    "ckeditor_uploader.fields.RichTextUploadingField": _EDITOR,
    "django_ckeditor_5.fields.CKEditor5Field": _EDITOR,
    "tinymce.models.HTMLField": Kind(_TEXT),
    "martor.models.MartorField": Kind(_TEXT),
    "mdeditor.fields.MDTextField": Kind(_TEXT),
    "imagekit.models.ProcessedImageField": Kind(
        _IMAGE,
        f"processors format options {NAMES} width_field height_field autoconvert spec spec_id",
        never="processors format options autoconvert spec spec_id",
    ),
    "easy_thumbnails.fields.ThumbnailerField": Kind(f"{DB}.FileField", never="thumbnail_storage"),
    "easy_thumbnails.fields.ThumbnailerImageField": _THUMBNAILS,
    "wagtail.fields.RichTextField": Kind(_TEXT, never="editor features"),
    "sorl.thumbnail.ImageField": Kind(_IMAGE),
    "sorl.thumbnail.fields.ImageField": Kind(_IMAGE),
    "django_extensions.db.fields.CreationDateTimeField": Kind(f"{DB}.DateTimeField", always={"auto_now_add": True}),
    "django_extensions.db.fields.ModificationDateTimeField": Kind(f"{DB}.DateTimeField", always={"auto_now": True}),
    "django_countries.fields.CountryField": Kind(
        f"{DB}.CharField", dropped={"multiple": False}, always={"max_length": 2}, never="choices blank_label countries_flag_url countries_str_attr"
    ),
    "cloudinary.models.CloudinaryField": Kind(
        always={"max_length": 255},
        never="folder public_id use_filename unique_filename overwrite transformation format type resource_type width_field height_field",
    ),
}
